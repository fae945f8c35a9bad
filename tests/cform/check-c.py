#!/usr/bin/env python3
"""Reads the C form of models, and looks at what a compiler made of it.

  check-c.py [--compiler "COMPILER FLAG..."] INCLUDE FILE.c...

Lines are short, no header is included but the model's own, comments name layers with
the lines of the recorder, memory is `restrict` and `const`. The object file beside
each, or what COMPILER makes of it without a warning, needs no symbol but those of the
compiler's own library of arithmetic, defines no global symbol without its prefix, and
holds nothing that can be written to.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# What compilers call where a target has no instruction, on integers and floats.
LIBGCC = re.compile(r"^__(aeabi_[a-z0-9]+|gnu_thumb1_case_\w+|(add|sub|mul|div|neg|float|fix|eq|ne|lt|le|gt|ge|unord|ash|lsh|u?mod|u?div)\w*)$")
WRITABLE = set("bBdD")

parser = argparse.ArgumentParser()
parser.add_argument("--compiler", default="")
parser.add_argument("--objects", type=Path)
parser.add_argument("include")
parser.add_argument("files", type=Path, nargs="+")
arguments = parser.parse_args()
errors = []


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def read(file):
    text = file.read_text()
    for i, line in enumerate(text.splitlines(), 1):
        if len(line) > 120:
            errors.append(f"{file}:{i}: error: the line has more than 120 characters")
    headers = set(re.findall(r'#\s*include\s*[<"]([^>"]+)', text))
    if headers != {f"{file.stem}.h"}:
        errors.append(f"{file}: error: includes {sorted(headers)}")
    for what in (r"/\* .+, \S+\.cpp:\d+ \*/", r"\*restrict ", r"const ingot_f32 \*"):
        if not re.search(what, text):
            errors.append(f"{file}: error: nothing looks like `{what}`")


def check(file, obj):
    symbols = [line.split() for line in run("llvm-nm-22", obj).stdout.splitlines()]
    for symbol in symbols:
        kind, name = symbol[-2:]
        if kind == "U" and not LIBGCC.match(name):
            errors.append(f"{obj}: error: needs the symbol `{name}`")
        elif kind.isupper() and kind != "U" and not name.startswith(f"{file.stem}_"):
            errors.append(f"{obj}: error: the global symbol `{name}` has no prefix")
        # A constant of pointers is writable until it is linked where code may move.
        if kind in WRITABLE and arguments.compiler and name != f"{file.stem}_abi_check":
            errors.append(f"{obj}: error: `{name}` can be written to")
    if not any(symbol[-1] == f"{file.stem}_predict" for symbol in symbols):
        errors.append(f"{obj}: error: there is no `{file.stem}_predict`")


for file in arguments.files:
    read(file)
    if not arguments.compiler:
        check(file, arguments.objects / f"{file.stem}.o")
        continue
    with tempfile.TemporaryDirectory() as folder:
        obj = Path(folder) / f"{file.stem}.o"
        done = run(*arguments.compiler.split(), "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-ffreestanding", "-fno-pic",
                   f"-I{arguments.include}", "-c", file, "-o", obj)
        if done.returncode or done.stderr:
            errors.append(f"{file}: error: {arguments.compiler} says:\n{done.stderr}")
        else:
            check(file, obj)

print("\n".join(errors))
sys.exit(1 if errors else 0)
