#!/usr/bin/env python3
"""samples/bare_metal as a stranger's project: two firmwares, in an emulator.

  check-bare-metal.py BUILD_DIR SOURCE_DIR SCRATCH_DIR GENERATOR CPU BOARD [--train] [--part]

With --train, the first firmware learns, and saves the weights that the sample has
for the second, to the bit. With --part, Ingot is a part of the project as in the
sample's README; without, it is installed for the board and found. Exits with 77 if
there is no emulator or no compiler.
"""
import shutil
import sys
from pathlib import Path

from steps import check, empty, run, succeed

ingot, sources, scratch, generator = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
cpu, board, trains = sys.argv[5], sys.argv[6], "--train" in sys.argv[7:]
is_part = "--part" in sys.argv[7:]
is_riscv = cpu.startswith("rv32")
compiler, toolchain = ("riscv64-unknown-elf-gcc", "riscv-none-elf.cmake") if is_riscv else ("arm-none-eabi-gcc", "arm-none-eabi.cmake")
EMULATOR = [*(["qemu-system-riscv32", "-bios", "none"] if is_riscv else ["qemu-system-arm"]), "-M", board, "-nographic",
            "-semihosting-config", "enable=on,target=native", "-kernel"]

absent = [tool for tool in (EMULATOR[0], compiler) if not shutil.which(tool)]
if absent:
    print(f"SKIPPED: needs `{'` and `'.join(absent)}`")
    sys.exit(77)

empty(scratch)
project = scratch / "bare_metal"
shutil.copytree(sources / "samples/bare_metal", project)
cross = ["-G", generator, "--toolchain", project / toolchain, f"-DCPU={cpu}", f"-DIngot_HOST_DIR={ingot}"]
if is_part:
    way = f"-DINGOT_SOURCE={sources}"
else:
    target = scratch / "ingot"
    succeed("Ingot configures for the board", "cmake", "-S", sources, "-B", target, *cross, "-DINGOT_RUNTIME=OFF")
    succeed("Ingot builds for the board", "cmake", "--build", target)
    succeed("Ingot installs for the board", "cmake", "--install", target, "--prefix", scratch / "prefix")
    way = f"-DIngot_DIR={scratch}/prefix/lib/cmake/Ingot"
build = project / "build"
printed = succeed("the sample configures", "cmake", "-S", project, "-B", build, *cross, way)
check("Warning" not in printed, "without a warning", printed)
succeed("the sample builds", "cmake", "--build", build)


readme = (project / "README.md").read_text()
QUOTED = [block.split("```")[0] for block in readme.split("<!-- checked by package-bare-metal-cortex-m7 -->\n```\n")[1:]]


def check_readme(printed):
    """Once, all that the README says is printed."""
    if is_part:
        check(any(block in printed for block in QUOTED), "as in the README", printed)


def check_memory(firmware, model, *entries):
    command = [sys.executable, project / "check-memory.py"]
    printed = succeed(f"{firmware}: the map agrees with the report", *command, build / f"{firmware}.map", build / f"{model}.report.json", *entries)
    print(printed)
    if firmware == "train":
        check_readme(printed)
    # A report of another firmware does not.
    other = {"garments": "frozen", "frozen": "garments"}[model]
    status, output = run(*command, build / f"{firmware}.map", build / f"{other}.report.json", "predict")
    check(status == 1 and "DIFFERENT" in output, "and not with another report", output)


def right(output):
    return int(output.splitlines()[-1].split(" of 200 right")[0])


check_memory("train", "garments", "init", "train_step", "predict")
check_memory("predict", "frozen", "predict")
answered = succeed("what was taught predicts", *EMULATOR, build / "predict.elf", timeout=300)
check(right(answered) >= 140, "most of it right", answered)
if trains:
    learnt = succeed("it learns on the board", *EMULATOR, build / "train.elf", cwd=scratch, timeout=300)
    print(learnt)
    check_readme(learnt)
    losses = [float(line.split(" loss ")[1]) for line in learnt.splitlines() if " loss " in line]
    check(len(losses) == 4 and losses[-1] < 0.6 * losses[0], "the loss falls", learnt)
    check(right(learnt) == right(answered), "both answer the same", learnt)
    succeed("the weights can be frozen", sys.executable, project / "freeze.py", build / "garments.h", scratch / "weights.bin", scratch / "learnt")
    check((scratch / "learnt").read_bytes() == (project / "weights.safetensors").read_bytes(), "they are those of the sample, to the bit")
