#!/usr/bin/env python3
"""Compiles the C form of models as users may, and looks at what comes out.

  check-c.py INCLUDE FILE.c... -- COMPILER FLAG...

Each file must compile without a warning, need no symbol but those of the compiler's
own library of arithmetic, define no global symbol without its prefix, and hold
nothing that can be written to.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]
# What compilers call where a target has no instruction, on integers and floats.
LIBGCC = re.compile(r"^__(aeabi_[a-z0-9]+|gnu_thumb1_case_\w+|(add|sub|mul|div|neg|float|fix|eq|ne|lt|le|gt|ge|unord|ash|lsh|u?mod|u?div)\w*)$")
WRITABLE = set("bBdD")

include, rest = sys.argv[1], sys.argv[2:]
split = rest.index("--")
files, (compiler, *flags) = rest[:split], rest[split + 1:]
errors = []


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


with tempfile.TemporaryDirectory() as folder:
    for file in map(Path, files):
        long = [i for i, line in enumerate(file.read_text().splitlines(), 1) if len(line) > 120]
        errors += [f"{file}:{i}: error: the line has more than 120 characters" for i in long]
        obj = Path(folder) / f"{file.stem}.o"
        # A static constant of pointers is writable until it is linked where code may move.
        done = run(compiler, *STRICT, *flags, "-fno-pic", f"-I{include}", "-c", str(file), "-o", str(obj))
        if done.returncode or done.stderr:
            errors.append(f"{file}: error: {compiler} says:\n{done.stderr}")
            continue
        symbols = [line.split() for line in run("llvm-nm-22", str(obj)).stdout.splitlines()]
        for symbol in symbols:
            kind, name = symbol[-2:]
            if kind == "U" and not LIBGCC.match(name):
                errors.append(f"{file}: error: needs the symbol `{name}` under {compiler} {' '.join(flags)}")
            elif kind.isupper() and kind != "U" and not name.startswith(f"{file.stem}_"):
                errors.append(f"{file}: error: the global symbol `{name}` has no prefix")
            if kind in WRITABLE and name != f"{file.stem}_abi_check":
                errors.append(f"{file}: error: `{name}` can be written to")
        if not any(symbol[-1] == f"{file.stem}_predict" for symbol in symbols):
            errors.append(f"{file}: error: there is no `{file.stem}_predict`")

print("\n".join(errors))
sys.exit(1 if errors else 0)
