"""The machines that tests train on: how a program is built and run there.

LLVM's clang and lld build for all of them, so that a test needs emulators, but no
cross compilers: of those only libgcc, where there is no FPU, and gcc for models in C.
"""
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BOARD = HERE.parent.parent / "samples/bare_metal/board"
SEMIHOSTING = ["-display", "none", "-monitor", "none", "-serial", "none", "-chardev", "stdio,id=console",
               "-semihosting-config", "enable=on,target=native,chardev=console"]
CORTEX_M = [BOARD / "startup.c", BOARD / "semihosting.c"]
RISCV = [BOARD / "riscv.c", BOARD / "semihosting.c"]


@dataclass
class Machine:
    clang: list         # what to compile for
    sources: list       # the machine's part of the program
    emulator: list      # the program's name comes behind it
    script: Path = None # of the linker
    libgcc: list = None # the compiler that knows where it is
    steps: dict = None  # fewer than usual
    flags: list = ()    # of the compiler, beside the target's name
    gcc: list = None    # what compiles the C form of a model; each machine has another level


def linux(architecture, emulator):
    """A static program, which needs no emulator where it is at home."""
    emulator = [] if platform.machine() == architecture else [emulator]
    return Machine([f"--target={architecture}-linux-gnu"], [HERE / "machines/linux.c"], emulator)


def cortex_m(triple, cpu, board, script=BOARD / "mps2.ld", **more):
    return Machine([f"--target={triple}", f"-mcpu={cpu}"], CORTEX_M, ["qemu-system-arm", "-M", board, *SEMIHOSTING, "-kernel"],
                   script, **more)


def soft_cortex_m(triple, cpu, board, **more):
    return cortex_m(triple, cpu, board, libgcc=arm_gcc(cpu), **more)


def arm_gcc(cpu, *flags):
    return ["arm-none-eabi-gcc", "-mthumb", f"-mcpu={cpu}", *flags]


def riscv32(extensions, abi, processor, **more):
    return Machine(["--target=riscv32-none-elf", f"-march={extensions}", f"-mabi={abi}"], RISCV,
                   ["qemu-system-riscv32", "-M", "virt", "-cpu", processor, "-bios", "none", *SEMIHOSTING, "-kernel"],
                   BOARD / "virt.ld", **more)


# Microcontrollers get small code, which shares products and loops; one gets fast code, for the same bits.
FOR_SPEED = "--optimize-for=speed"

WASM = Machine(["--target=wasm32"], [], ["node", HERE / "machines/wasm.mjs"])

# By the names that `--target` has for them.
MACHINES = {
    "x86-64-v3": linux("x86_64", "qemu-x86_64-static"),
    "x86-64": linux("x86_64", "qemu-x86_64-static"),
    "aarch64": linux("aarch64", "qemu-aarch64-static"),
    "rv64gc": linux("riscv64", "qemu-riscv64-static"),
    # Executes all that a Cortex-M0+ has. Floats in software take their time.
    "cortex-m0plus": soft_cortex_m("thumbv6m-none-eabi", "cortex-m0plus", "mps2-an385", steps={"mlp": 50}),
    "cortex-m3": soft_cortex_m("thumbv7m-none-eabi", "cortex-m3", "mps2-an385", steps={"mlp": 50}, gcc=arm_gcc("cortex-m3", "-Os")),
    "cortex-m4": cortex_m("thumbv7em-none-eabihf", "cortex-m4", "mps2-an386"),
    "cortex-m7": cortex_m("thumbv7em-none-eabihf", "cortex-m7", "mps2-an500", flags=[FOR_SPEED],
                          gcc=arm_gcc("cortex-m7", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard", "-O2")),
    # Secure state alone, as after a reset.
    "cortex-m33": cortex_m("thumbv8m.main-none-eabihf", "cortex-m33", "mps2-an505", HERE / "machines/an505.ld", steps={"mlp": 50}),
    "cortex-m55": cortex_m("thumbv8.1m.main-none-eabihf", "cortex-m55", "mps3-an547", HERE / "machines/an547.ld", steps={"mlp": 50},
                           flags=[FOR_SPEED]),
    "rv32imc": riscv32("rv32imc", "ilp32", "rv32,f=off,d=off", steps={"mlp": 50},
                       libgcc=["riscv64-unknown-elf-gcc", "-march=rv32imc", "-mabi=ilp32"]),
    "rv32imafc": riscv32("rv32imafc", "ilp32f", "rv32",
                         gcc=["riscv64-unknown-elf-gcc", "-march=rv32imafc", "-mabi=ilp32f", "-O3"]),
    "wasm32": WASM,
    "wasm32-simd128": WASM,
}

# What the others are compared with.
REFERENCE = "x86-64-v3"


def missing(machine, with_gcc=False):
    """Names of programs that there are not."""
    programs = [*machine.emulator[:1], *(machine.libgcc or [])[:1], *(machine.gcc if with_gcc else [])[:1]]
    return [program for program in programs if not shutil.which(program)]


def compile_c(machine, flags, source, target):
    """The command that makes an object file of a model's C, without a library's headers."""
    command = [*machine.gcc, "-std=gnu99", "-ffreestanding", "-ffunction-sections", "-Wall", "-Wextra", "-Werror", *flags, "-c", source, "-o", target]
    return [str(word) for word in command]


def link(machine, flags, sources, model, program):
    """The command that makes `program` of C files and the object file `model`."""
    command = ["clang-22", *machine.clang, "-std=c23", "-O2", "-ffp-contract=off", "-ffreestanding", "-fno-builtin", "-nostdlib", "-static",
               "-fuse-ld=lld", "-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument", *flags, *machine.sources, *sources, model, "-o", program]
    if machine.script:
        command += [f"-Wl,-L,{machine.script.parent},-T,{machine.script}"]
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
