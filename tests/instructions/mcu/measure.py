#!/usr/bin/env python3
"""What code for a microcontroller takes: bytes, and instructions under an emulator.

  measure.py BUILD [--check | --write | --update DOCUMENT]

Compiles samples for Cortex-M, links them to firmware without a library and runs it under
qemu-system-arm, whose clock advances by the instruction: every number is exact and the
same on any machine. Instructions are not cycles. `--check` fails where a number of
figures.json has become worse, `--write` writes today's there, and `--update` replaces the
table in a document.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FIGURES = HERE / "figures.json"
# Bytes and instructions that another release of LLVM may take more.
LIMIT = 0.01
CPUS = {
    "cortex-m7": ("thumbv7em-none-eabihf", "mps2-an500", ["-mfloat-abi=hard", "-mfpu=fpv5-d16"]),
    "cortex-m4": ("thumbv7em-none-eabihf", "mps2-an386", ["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]),
    "cortex-m3": ("thumbv7m-none-eabi", "mps2-an385", ["-mfloat-abi=soft"]),
}
MODELS = {
    "mnist_mlp": ("samples/mnist_mlp/mnist_recorder", ["-DINPUTS=784", "-DOUTPUTS=10", "-DCLASSES"]),
    "sine": ("tests/instructions/mcu/sine_recorder", ["-DINPUTS=1", "-DOUTPUTS=1"]),
}
SIZE, SPEED = "--optimize-for=size", "--optimize-for=speed"


def tile(shape):
    return [SIZE, f"--kernel=any:tile={shape}"]


# Model, processor, numerics, what it is called and the flags of it.
CASES = [
    ("mnist_mlp", "cortex-m7", "portable", "size", [SIZE]),
    ("mnist_mlp", "cortex-m7", "portable", "size, tile 1x4", tile("1x4")),
    ("mnist_mlp", "cortex-m7", "portable", "size, tile 2x4", tile("2x4")),
    ("mnist_mlp", "cortex-m7", "portable", "size, tile 2x8", tile("2x8")),
    ("mnist_mlp", "cortex-m7", "portable", "size, tile 4x4", tile("4x4")),
    ("mnist_mlp", "cortex-m7", "portable", "speed", [SPEED]),
    ("mnist_mlp", "cortex-m7", "native", "size", [SIZE]),
    ("mnist_mlp", "cortex-m7", "native", "speed", [SPEED]),
    ("mnist_mlp", "cortex-m4", "portable", "size", [SIZE]),
    ("mnist_mlp", "cortex-m3", "portable", "size", [SIZE]),
    ("sine", "cortex-m4", "portable", "size", [SIZE]),
]
COLUMNS = {"both": "both", "firmware": "firmware", "constants": "constants", "ram": "RAM to predict",
           "training_ram": "RAM to train", "predict": "predict of 1", "train": "step of 8"}


def run(*command, timeout=120):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout)
    if done.returncode:
        sys.exit(f"error: `{command[0]}` has ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def bytes_of(program, section):
    found = re.search(rf"^{re.escape(section)}\s+(\d+)", run("arm-none-eabi-size", "-A", program), re.MULTILINE)
    return int(found[1]) if found else 0


def macro(header, name):
    found = re.search(rf"#define MODEL_{name}\s+(\d+)", header)
    return int(found[1]) if found else 0


class Case:
    def __init__(self, build, folder, model, cpu, numerics, flags):
        self.build, self.folder, self.cpu = build, Path(folder), cpu
        self.triple, self.machine, abi = CPUS[cpu]
        recorder, self.defines = MODELS[model]
        self.compile = [build / recorder, "--prefix=model", f"--mtriple={self.triple}", f"--mcpu={cpu}",
                        f"--numerics={numerics}", *flags, "-o", self.folder]
        self.link = ["arm-none-eabi-gcc", f"-mcpu={cpu}", "-mthumb", *abi, "-T", HERE / "firmware.ld", "-nostdlib",
                     "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments"]

    def firmware(self, source):
        program = self.folder / "firmware.elf"
        run(*self.link, "-Os", "-std=c99", "-ffreestanding", "-ffunction-sections", "-Wall", "-Wextra", *self.defines,
            f"-I{self.folder}", f"-I{ROOT / 'runtime/include'}", HERE / source, self.folder / "model.o", "-lgcc", "-o", program)
        return program

    def measure(self):
        run(*self.compile, "--entries=predict", "--max-batch=1")
        header, program = (self.folder / "model.h").read_text(), self.firmware("predict.c")
        figures = {"firmware": bytes_of(program, ".text"), "constants": bytes_of(program, ".rodata"),
                   "ram": macro(header, "PREDICT_ARENA_BYTES")}
        run(*self.compile, "--entries=init,predict,train_step", "--max-batch=predict:1,train_step:8")
        header = (self.folder / "model.h").read_text()
        figures["training_ram"] = sum(macro(header, f"{block}_BYTES") for block in ("PARAMS", "STATE", "TRAIN_STEP_ARENA"))
        roots = self.folder / "roots.elf"
        run(*self.link, "-Wl,-e,model_train_step", "-Wl,-u,model_predict", self.folder / "model.o", "-lgcc", "-o", roots)
        figures["both"] = bytes_of(roots, ".text")
        text = run("qemu-system-arm", "-M", self.machine, "-icount", "shift=0", "-nographic", "-monitor", "none", "-serial",
                   "none", "-semihosting-config", "enable=on,target=native", "-kernel", self.firmware("count.c"))
        printed = dict(re.findall(r"^(\w+) (\d+)$", text, re.MULTILINE))
        if printed.get("status") != "0" or len(printed) != 5:
            sys.exit(f"error: the firmware has printed `{text}`; must end with status 0")
        figures.update({name: int(printed[name]) for name in ("predict", "train")})
        return figures, (printed["params"], printed["output"])


def measure(build):
    """Figures by case. In portable numerics, code for size and speed gives the same bits."""
    figures, bits = {}, {}
    for model, cpu, numerics, goal, flags in CASES:
        with tempfile.TemporaryDirectory() as folder:
            figures[f"{model}, {cpu}, {numerics}, {goal}"], sums = Case(build, folder, model, cpu, numerics, flags).measure()
        if numerics == "portable" and bits.setdefault(model, sums) != sums:
            sys.exit(f"error: `{model}` for {cpu} and {goal} has other bits than the first of its cases")
    return figures


def check(figures):
    before, worse = json.loads(FIGURES.read_text()), False
    for case, now in figures.items():
        for name, number in now.items():
            was = before[case][name]
            change = number / was - 1 if was else float(number != 0)
            worse |= change > LIMIT
            note = "error: a regression" if change > LIMIT else "better: `measure.py --write` writes it down"
            if abs(change) > LIMIT:
                print(f"{case}: {COLUMNS[name]} is {number}, {change * 100:+.1f} % of {was}  {note}")
    print(f"{len(figures)} cases, {'some' if worse else 'none'} worse")
    return worse


def table(figures):
    lines = [f"| for | {' | '.join(COLUMNS.values())} |", "|---" * (1 + len(COLUMNS)) + "|"]
    for case, numbers in figures.items():
        lines.append(f"| {case} | {' | '.join(f'{numbers[name]:,}' for name in COLUMNS)} |")
    return "\n".join(lines)


def update(document, figures):
    text, count = re.subn(r"(<!-- mcu begins -->\n).*?(<!-- mcu ends -->)", lambda m: f"{m[1]}{table(figures)}\n{m[2]}",
                          document.read_text(), flags=re.DOTALL)
    if count != 1:
        sys.exit(f"error: `{document}` has {count} tables between `<!-- mcu begins -->` and its end; must have 1")
    document.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--update", type=Path, metavar="DOCUMENT")
    options = parser.parse_args()
    figures = measure(options.build)
    if options.write:
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    if options.update:
        update(options.update, figures)
    if not options.write and not options.update and not options.check:
        print(table(figures))
    sys.exit(options.check and check(figures))


if __name__ == "__main__":
    main()
