"""Kernels beside those of libraries, in one process, in turns."""
import json
import statistics
import sys
import tempfile
from pathlib import Path

from programs import INGOT, WIDE_INGOT
from report import in_units, rows

# What the ratio to the first peer of the case must be, and what would be excellent.
GOALS = {
    "NN (256, 64, 784)": (1.10, 1.25), "NN (256, 64, 64)": (1.10, 1.45), "NN (256, 10, 64)": (1.3, 1.6),
    "NN (37, 64, 784)": (1.2, 1.35), "NN (5, 64, 784)": (2.5, 3.5),
    "NN (1, 64, 784)": (1.0, 1.15), "NN (1, 64, 64)": (1.0, 1.5), "NN (1, 10, 64)": (1.0, 1.5),
    "TN (784, 64, 256)": (1.05, 1.2), "TN (256, 256, 1400)": (0.95, 1.1), "NT (256, 784, 64)": (1.25, 1.4),
    "NN (1000, 128, 512)": (1.05, 1.15), "NN (1400, 256, 256)": (1.05, 1.15),
    "NN (10, 128, 32)": (2.0, 2.8), "NN (10, 256, 64)": (2.0, 2.3),
    "dense + bias + relu (256, 64, 784)": (1.2, 1.4), "dense + bias + relu (256, 64, 64)": (1.2, 1.7),
    "NN (1024, 1024, 1024)": (0.90, 1.03), "RMSprop, 5 million weights": (0.95, 1.0),
    "LSTM(32), 100 steps of (10, 32)": (1.4, 1.8),
}
BLAS, AVX2_BLAS, ONEDNN = "OpenBLAS", "OpenBLAS for AVX2", "oneDNN"
PEERS = [AVX2_BLAS, BLAS, ONEDNN, "Eigen", "stream"]
COLUMNS = 3  # peers with one of their own
CHOOSING = [BLAS, ONEDNN]  # those that choose kernels by the processor


class Kernels:
    """Two runs of the program of kernels: their table, their numbers, and what is wrong with them.

    OpenBLAS chooses its kernels by the processor, once a process. Ingot's objects are for AVX2 by
    default, and so are the kernels for which the goals were set: the second run has OpenBLAS take those.
    Where the processor has AVX-512, the first run measures Ingot's kernels for it, too.
    """

    def __init__(self, options, machine, roofline):
        self.flops = roofline.flops
        self.extent = f"{options.rounds} rounds over kernels"
        program = options.build / "benchmarks" / "bench_kernels"
        if not program.exists():
            sys.exit("error: there is no `bench_kernels`; the build has not found Google Benchmark (Debian: libbenchmark-dev)")
        self.times, self.work = {}, {}
        found = self.measure(machine, program, options, options.kernel or ".")
        self.context = {name: found["context"][name] for name in PEERS if name in found["context"]}
        self.cases = list(dict.fromkeys(one["run_name"].partition("/")[0]
                                        for one in sorted(found["benchmarks"], key=lambda one: one["family_index"])))
        self.avx2 = {}
        if BLAS in self.context and "Zen" not in self.context[BLAS]:
            first, self.times = self.times, {}
            found = self.measure(machine, program, options, f"({options.kernel or '.'}).*/({INGOT}|{BLAS})$",
                                 OPENBLAS_CORETYPE="Zen")
            self.context[AVX2_BLAS] = found["context"][BLAS]
            self.avx2, self.times = self.times, first

    def measure(self, machine, program, options, pattern, **environment):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            machine.run([program, "--benchmark_enable_random_interleaving=true", f"--benchmark_repetitions={options.rounds}",
                         "--benchmark_min_time=0.02", f"--benchmark_filter={pattern}", f"--benchmark_out={file.name}",
                         "--benchmark_out_format=json"], reads=False, **environment)
            found = json.loads(Path(file.name).read_text())
        for one in found["benchmarks"]:
            if one["run_type"] == "iteration":
                case, _, name = one["run_name"].partition("/")
                self.times.setdefault(case, {}).setdefault(name, []).append(one["real_time"] * 1e-9)
                self.work[case] = one.get("flops")
        return found

    def ratio(self, case, peer, statistic, ours=INGOT):
        """Of times in one process; None if they were not measured."""
        times, name = (self.avx2, BLAS) if peer == AVX2_BLAS else (self.times, peer)
        row = times.get(case, {})
        return statistic(row[name]) / statistic(row[ours]) if name in row and ours in row else None

    def ratios(self, case, peers, ours=INGOT):
        return [f"{least:.2f} ({self.ratio(case, peer, statistics.median, ours):.2f})" if least else ""
                for peer in peers for least in [self.ratio(case, peer, min, ours)]]

    def own(self, case, program):
        """Time and share of the peak."""
        times = self.times[case].get(program)
        if not times:
            return ["", ""]
        return [f"{in_units(min(times))} ({in_units(statistics.median(times))})",
                f"{100 * self.work[case] / min(times) / self.flops:.0f} %" if self.work[case] else ""]

    def table(self):
        wide = any(WIDE_INGOT in row for row in self.times.values())
        head = ["kernel (M, N, K)", "Ingot: minimum (median)", "of the peak", *PEERS[:COLUMNS], "others", "must", "excellent"]
        if wide:
            head += [f"{WIDE_INGOT}: minimum (median)", "of the peak", *(f"{peer}, for as wide" for peer in CHOOSING)]
        lines = [head]
        for case in self.cases:
            others = [f"{peer} {ratio}" for peer in PEERS[COLUMNS:] for ratio in self.ratios(case, [peer]) if ratio]
            goals = [f"{goal:g}" for goal in GOALS.get(case, ())] or ["", ""]
            cells = [case, *self.own(case, INGOT), *self.ratios(case, PEERS[:COLUMNS]), ", ".join(others), *goals]
            if wide:
                cells += [*self.own(case, WIDE_INGOT), *self.ratios(case, CHOOSING, WIDE_INGOT)]
            lines.append(cells)
        return rows(lines)

    def tables(self):
        told = [f"{name}: {version}." for name, version in self.context.items()]
        told += [f"Not measured: {name}." for name in (BLAS, ONEDNN) if name not in self.context]
        return {"kernels": "\n".join(told) + "\n\n" + self.table()}

    def numbers(self):
        return {"kernels": self.times, "kernels_avx2_openblas": self.avx2, "libraries": self.context}

    def mistakes(self):
        return []  # the program itself refuses a wrong result

    def missed(self):
        found = []
        for case, (must, _) in GOALS.items():
            peer = next((peer for peer in (AVX2_BLAS, BLAS, "stream") if self.ratio(case, peer, min)), None)
            if peer and self.ratio(case, peer, min) < must:
                found.append(f"{case}: {self.ratio(case, peer, min):.2f} of {peer}, must be {must:g}")
        return found
