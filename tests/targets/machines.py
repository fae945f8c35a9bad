"""The machines that tests train on: how a program is built and run there.

LLVM's clang and lld build for all of them, so that a test needs emulators, but no
cross compilers: of those only libgcc, where there is no FPU.
"""
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BOARD = HERE.parent.parent / "samples/bare_metal/board"
SEMIHOSTING = ["-display", "none", "-monitor", "none", "-serial", "none", "-chardev", "stdio,id=console",
               "-semihosting-config", "enable=on,target=native,chardev=console"]
CORTEX_M = [BOARD / "startup.c", BOARD / "semihosting.c"]


@dataclass
class Machine:
    compiler: list      # of `ingotc`: what to compile for
    clang: list         # the same for clang
    sources: list       # the machine's part of the program
    emulator: list      # the program's name comes behind it
    script: Path = None # of the linker
    libgcc: list = None # the compiler that knows where it is
    steps: dict = None  # fewer than usual


def linux(triple, processor, emulator=()):
    return Machine([f"--mtriple={triple}", *processor], [f"--target={triple}"], [HERE / "machines/linux.c"], list(emulator))


def cortex_m(triple, cpu, board, **more):
    return Machine([f"--mtriple={triple}", f"--mcpu={cpu}"], [f"--target={triple}", f"-mcpu={cpu}"], CORTEX_M,
                   ["qemu-system-arm", "-M", board, *SEMIHOSTING, "-kernel"], BOARD / "mps2.ld", **more)


def wasm(features=()):
    return Machine(["--mtriple=wasm32", *features], ["--target=wasm32"], [], ["node", HERE / "machines/wasm.mjs"])


MACHINES = {
    "x86-64": linux("x86_64-linux-gnu", ["--mcpu=x86-64-v3"]),
    "aarch64": linux("aarch64-linux-gnu", [], ["qemu-aarch64-static"]),
    "rv64gc": linux("riscv64-linux-gnu", ["--mattr=+m,+a,+f,+d,+c"], ["qemu-riscv64-static"]),
    "cortex-m3": cortex_m("thumbv7m-none-eabi", "cortex-m3", "mps2-an385",
                          libgcc=["arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m3"], steps={"mlp": 50}),
    "cortex-m4": cortex_m("thumbv7em-none-eabihf", "cortex-m4", "mps2-an386"),
    "cortex-m7": cortex_m("thumbv7em-none-eabihf", "cortex-m7", "mps2-an500"),
    "wasm32": wasm(),
    "wasm32-simd128": wasm(["--mattr=+simd128"]),
    "rv32imafc": Machine(["--mtriple=riscv32-none-elf", "--mattr=+m,+a,+f,+c"],
                         ["--target=riscv32-none-elf", "-march=rv32imafc", "-mabi=ilp32f"], [HERE / "machines/riscv.c"],
                         ["qemu-system-riscv32", "-M", "virt", "-bios", "none", *SEMIHOSTING, "-kernel"],
                         HERE / "machines/riscv.ld"),
}


def missing(machine):
    """Names of programs that there are not."""
    programs = [*machine.emulator[:1], *(machine.libgcc or [])[:1]]
    return [program for program in programs if not shutil.which(program)]


def link(machine, flags, sources, model, program):
    """The command that makes `program` of C files and the object file `model`."""
    command = ["clang-22", *machine.clang, "-std=c23", "-O2", "-ffp-contract=off", "-ffreestanding", "-fno-builtin", "-nostdlib", "-static",
               "-fuse-ld=lld", "-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument", *flags, *machine.sources, *sources, model, "-o", program]
    if machine.script:
        command += [f"-Wl,-T,{machine.script}"]
    if machine.clang[0] == "--target=wasm32":
        command += ["-Wl,--no-entry,--export=app,--allow-undefined"]
    if machine.libgcc:
        command.append(subprocess.check_output([*machine.libgcc, "-print-libgcc-file-name"], text=True).strip())
    return [str(word) for word in command]


def run(machine, program):
    """What it prints; the emulator must end by itself, without an error."""
    command = [str(word) for word in [*machine.emulator, program]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout, done.stderr
