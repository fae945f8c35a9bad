#!/usr/bin/env python3
"""Lets a model test itself on a machine.

  check-selftest.py [--c] MACHINE INCLUDE_DIR SCRATCH_DIR COMMAND...

COMMAND compiles a model with the entry `selftest`. What that must find was recorded on
x86-64: in portable numerics the worst error is 0, in native it is below the tolerance. With
--c the model is in C, and its numerics are portable. Exits with 77 if an emulator, or gcc for C, is not there.
"""
import struct
import subprocess
import sys
from pathlib import Path

from machines import HERE, MACHINES, compile_c, link, missing, run

is_c = sys.argv[1] == "--c"
name, include, scratch, *command = sys.argv[1 + is_c:]
machine = MACHINES[name]
if absent := missing(machine, with_gcc=is_c):
    print(f"SKIPPED: needs `{'` and `'.join(absent)}`")
    sys.exit(77)


def succeed(what, command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"error: {what} failed\n{' '.join(map(str, command))}\n{done.stdout}")


for numerics, tolerance in [("portable", 0)] if is_c else [("portable", 0), ("native", 1e-4)]:
    folder = Path(scratch) / numerics
    folder.mkdir(parents=True, exist_ok=True)
    what = ["--emit=c,header"] if is_c else [f"--target={name}"]
    succeed("the compiler", [*command, *what, f"--numerics={numerics}", "--max-batch=8", "--optimize-for=size",
                             "--prefix=net", "-o", folder])
    if is_c:
        succeed("gcc", compile_c(machine, [f"-I{include}"], folder / "net.c", folder / "net.o"))
    program = folder / "program"
    succeed("clang", link(machine, [f"-I{folder}", f"-I{include}"], [HERE / "programs/selftest.c"], folder / "net.o", program))
    status, output, errors = run(machine, program)
    found = dict(line.split() for line in output.splitlines())
    if status or set(found) != {"status", "worst"}:
        sys.exit(f"error: the program ended with {status}\n{output}{errors}")
    worst = struct.unpack(">f", bytes.fromhex(found["worst"]))[0]
    print(f"{numerics}: status {int(found['status'], 16)}, worst error {worst:g}")
    if int(found["status"], 16) != 0 or not 0 <= worst <= tolerance:
        sys.exit(f"error: {numerics}: the self-test failed")
