#!/usr/bin/env python3
"""Builds a project outside the tree that uses ingot_add_model().

  check-project.py PROJECT SCRATCH_DIR INGOT_DIR [CMAKE_ARGUMENT...]

It builds and runs; two copies in two directories give the same bytes; a changed
model is compiled again; a mistake in the model fails the build at its line.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

project, scratch, ingot = map(Path, sys.argv[1:4])
arguments = sys.argv[4:]


def cmake(*words):
    done = subprocess.run(["cmake", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def check(holds, what, output=""):
    if not holds:
        sys.exit(f"error: {what}\n{output}")
    print(f"ok: {what}", flush=True)


def copy_and_build(name):
    source = scratch / name
    shutil.copytree(project, source)
    build = source / "build"
    status, output = cmake("-S", source, "-B", build, f"-DIngot_DIR={ingot}", *arguments)
    check(status == 0, f"`{name}` configures", output)
    status, output = cmake("--build", build)
    check(status == 0, f"`{name}` builds", output)
    return source, build


def spoil(source, old, new):
    text = source.read_text()
    check(old in text, f"`{source.name}` has `{old}`")
    source.write_text(text.replace(old, new))


shutil.rmtree(scratch, ignore_errors=True)
here, build = copy_and_build("here")
there, build_there = copy_and_build("a-longer-name")

done = subprocess.run([build / "app"], capture_output=True, text=True)
check(done.returncode == 0 and 'Model: "tiny"' in done.stdout, "the program runs and prints its model's summary", done.stdout)
for artefact in ("tiny.o", "tiny.h"):
    check((build / artefact).read_bytes() == (build_there / artefact).read_bytes(), f"`{artefact}` is the same in two directories")

before = (build / "tiny.o").read_bytes()
spoil(here / "tiny.model.cpp", "Dense(8,", "Dense(9,")
status, output = cmake("--build", build)
check(status == 0 and (build / "tiny.o").read_bytes() != before, "a changed model is compiled again", output)

before = (build / "tiny.o").read_bytes()
spoil(here / "tiny.model.cpp", "Dense(9,", "Dense(0,")
line = next(i for i, text in enumerate((here / "tiny.model.cpp").read_text().splitlines(), 1) if "Dense(0," in text)
status, output = cmake("--build", build)
check(status != 0, "a mistake in the model fails the build", output)
check(re.search(rf"^tiny\.model\.cpp:{line}:\d+: error: .*`units` is 0", output, re.M), f"the error is at line {line}", output)
check((build / "tiny.o").read_bytes() == before, "no artefact was written", output)
