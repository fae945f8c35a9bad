"""The programs that take turns: where they are, what each can do, how one is run."""
import json
import os
import subprocess
import sys
from pathlib import Path

from cases import BY_HAND, ONNX, TORCH, XNNPACK, BATCHES

INGOT, WIDE_INGOT = "Ingot", "Ingot for x86-64-v4"
PEERS = Path(__file__).parent.parent / "peers"


class Machine:
    """Runs programs on cores of their own, at the highest priority that is allowed."""

    def __init__(self, prefix):
        self.cores = sorted(os.sched_getaffinity(0))
        self.prefix = prefix

    def run(self, command, threads=1, reads=True, **more):
        """What it prints is read as JSON, unless not `reads`. `more` is for its environment."""
        def before():
            os.sched_setaffinity(0, self.cores[-threads:])
            try:
                os.nice(-10)
            except PermissionError:
                pass  # as an ordinary user: the load of the machine then shows in medians

        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), **more)
        done = subprocess.run([*self.prefix, *map(str, command)], stdout=subprocess.PIPE, text=True, env=environment,
                              preexec_fn=before)
        if done.returncode:
            sys.exit(f"error: `{' '.join(map(str, command))}` has ended with {done.returncode}")
        return json.loads(done.stdout) if reads else None


class Program:
    """`command` takes CASE MODE BATCH SECONDS."""

    def __init__(self, name, command, models, modes):
        self.name, self.command, self.models, self.modes = name, command, models, modes

    def can(self, case):
        return case.model in self.models and case.mode in self.modes and case.threads == 1

    def measure(self, machine, case, seconds):
        return machine.run([*self.command, case.model, case.mode, case.batch, seconds], case.threads)


class ByHand(Program):
    """Folds the table of one model; with weights alone it can do nothing for the others."""

    def can(self, case):
        return super().can(case) and (case.mode != "prepared" or case.model == "news_popularity")


class Ingot(Program):
    """`prepare` and threads are there if the objects are compiled for them."""

    def __init__(self, machine, build):
        models = sorted({model for model, _ in BATCHES})
        super().__init__(INGOT, [build / "bench_ingot"], models, ["train", "predict", "prepared", "half"])
        self.threaded = [build / "bench_ingot_threads"]
        self.prepared_bytes = machine.run(self.command)["prepared_bytes"]

    def can(self, case):
        if case.threads > 1:
            return self.threaded[0].exists()
        if case.mode == "half":
            return (case.model, case.batch) == ("mnist_mlp", 1)  # models/half
        return super().can(case) and (case.mode != "prepared" or self.prepared_bytes[case.model] > 0)

    def measure(self, machine, case, seconds):
        command = self.threaded if case.threads > 1 else self.command
        return machine.run([*command, case.model, case.mode, case.batch, seconds], case.threads)


class WideIngot(Program):
    """The same models compiled for AVX-512: what is measured beside INGOT, and no peer."""

    def __init__(self, ingot, build):
        super().__init__(WIDE_INGOT, [build / "bench_ingot_wide"], ingot.models, ingot.modes)
        self.ingot = ingot

    @property
    def is_here(self):
        return self.command[0].exists() and has_avx512()

    def can(self, case):
        return case.threads == 1 and self.ingot.can(case)


class Peers:
    """Those that are here, and for the others the reason."""

    def __init__(self, options):
        self.found, self.missing = [], {}
        models = sorted({model for model, _ in BATCHES})
        self.python = next((one for one in dict.fromkeys([options.python or sys.executable, "/usr/bin/python3"])
                            if has_torch(one)), None)
        build = options.build / "benchmarks"
        if self.python:
            self.found.append(Program(TORCH, [self.python, PEERS / "torch" / "run.py"], models, ["train", "predict"]))
        else:
            self.missing[TORCH] = "no Python here has it (Debian: python3-torch); `--python` names one"
        self.add_onnx_runtime(build, options.onnxruntime, models)
        self.add(XNNPACK, build / "bench_xnnpack", ["mnist_mlp", "time_distributed"], ["predict"],
                 "the build has not found it (Debian: libxnnpack-dev)")
        self.add(BY_HAND, build / "bench_by_hand", models, ["train", "predict", "prepared"],
                 "it is for processors with AVX2 and FMA", ByHand)

    def add(self, name, program, models, modes, why_not, kind=Program):
        if program.exists():
            self.found.append(kind(name, [program], models, modes))
        else:
            self.missing[name] = why_not

    def add_onnx_runtime(self, build, library, models):
        libraries = sorted((build / "onnxruntime").glob("node_modules/onnxruntime-node/bin/*/linux/x64/libonnxruntime.so.1"))
        library = library or os.environ.get("INGOT_ONNXRUNTIME") or next(iter(libraries), None)
        folder = build / "onnx"
        absent = [f"{model}:{batch}" for (model, mode), batches in BATCHES.items() if mode == "predict" for batch in batches
                  if not (folder / f"{model}_{batch}.onnx").exists()]
        if not library:
            self.missing[ONNX] = "there is no library; `benchmarks/peers/onnxruntime/setup` installs it"
        elif absent and not self.python:
            self.missing[ONNX] = "its models are exported by PyTorch, which is not here"
        else:
            if absent:
                subprocess.run([self.python, PEERS / "onnxruntime" / "export.py", folder, *absent], check=True,
                               stdout=subprocess.DEVNULL)
            self.found.append(Program(ONNX, [build / "bench_onnxruntime", library, folder], models, ["predict"]))


def has_avx512():
    """Whether this processor has what x86-64-v4 adds."""
    try:
        flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return False
    return {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= set(flags.split())


def has_torch(python):
    return subprocess.run([python, "-c", "import torch, numpy"], capture_output=True).returncode == 0


def stand_in(program, case):
    """What `program` measures for `case`: a peer that cannot prepare, or has no such weights, shows what it does without."""
    return case.inference if not program.can(case) and program.can(case.inference) else case
