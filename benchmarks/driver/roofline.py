"""What a core can do, measured in the same run, and what a case takes at least."""
from cases import work


class Roofline:
    """The highest of all measurements: a bound must not be too low."""

    def __init__(self, machine, program):
        self.machine, self.program = machine, program
        self.flops, self.bandwidth = 0.0, {}
        self.measure()

    def measure(self):
        found = self.machine.run([self.program])
        self.flops = max(self.flops, found["flops"])
        for size, value in found["bandwidth"].items():
            self.bandwidth[int(size)] = max(self.bandwidth.get(int(size), 0.0), value)

    def seconds_at_least(self, case):
        """The bound, and whether it is of `compute` or of `memory`."""
        least = work(case)
        level = next((size for size in sorted(self.bandwidth) if size >= least.bytes), max(self.bandwidth))
        compute = least.flops / self.flops / case.threads
        memory = least.bytes / self.bandwidth[level]
        return (compute, "compute") if compute >= memory else (memory, "memory")

    def describe(self):
        return (f"{self.flops / 1e9:.1f} GFLOP/s of fused multiply-adds, read bandwidth "
                + ", ".join(f"{value / 1e9:.0f} GB/s at {size // 1024} KB" for size, value in sorted(self.bandwidth.items())))

    def numbers(self):
        return {"flops": self.flops, "bandwidth": self.bandwidth}
