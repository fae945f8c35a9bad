#!/usr/bin/env python3
"""A stranger's project against a fresh installation.

  check-install.py BUILD_DIR SOURCE_DIR SCRATCH_DIR [CMAKE_ARGUMENT...]

Installs, moves the installation, and builds and trains with find_package(Ingot)
alone. Also: two copies in two directories give the same bytes; a changed model is
compiled again; a mistake in the model fails the build at its line; a program that
has the compiled model needs the runtime's component and no MLIR.
"""
import re
import sys
from pathlib import Path

from steps import build, check, check_training, copy_project, empty, line_of, run, spoil, succeed

ingot, sources, scratch = map(Path, sys.argv[1:4])
arguments = sys.argv[4:]
empty(scratch)


def install(name, *options):
    """An installation that has been moved since."""
    succeed(f"`{name}` installs", "cmake", "--install", ingot, "--prefix", scratch / "first" / name, *options)
    return (scratch / "first" / name).rename(scratch / name)


prefix = install("prefix")
for name in ("bin/ingotc", "bin/ingot-opt", "bin/ingot-lsp-server", "include/ingot/ingot.h", "include/ingot/abi.h"):
    check((prefix / name).is_file(), f"there is `{name}`")
places = [str(folder).encode() for folder in (ingot, sources, scratch / "first")]
named = [path for path in prefix.rglob("*") if path.is_file() and any(place in path.read_bytes() for place in places)]
check(not named, "no installed file names the build, the sources or where it was installed first", "\n".join(map(str, named)))
check("Ingot " in succeed("the moved `ingotc` runs", prefix / "bin/ingotc", "--version"), "it says what it is")

# MLIR is not to be looked for: what is needed of it are two shared libraries.
find = [f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_DISABLE_FIND_PACKAGE_MLIR=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_LLVM=ON"]
here, there = (copy_project("project", scratch / name) for name in ("here", "a-longer-name"))
folder, other = (build(source, [*find, *arguments]) for source in (here, there))
output = succeed("the program trains", folder / "app")
check('Model: "tiny"' in output, "it prints its model's summary", output)
check_training(output)
for artefact in ("tiny.o", "tiny.h"):
    check((folder / artefact).read_bytes() == (other / artefact).read_bytes(), f"`{artefact}` is the same in two directories")

model, compiled = here / "tiny.model.cpp", folder / "tiny.o"
before = compiled.read_bytes()
spoil(model, "Dense(8,", "Dense(9,")
succeed("the changed project builds", "cmake", "--build", folder)
check(compiled.read_bytes() != before, "a changed model is compiled again")

before = compiled.read_bytes()
spoil(model, "Dense(9,", "Dense(0,")
status, output = run("cmake", "--build", folder)
check(status != 0, "a mistake in the model fails the build", output)
line = line_of(model, "Dense(0,")
check(re.search(rf"^tiny\.model\.cpp:{line}:\d+: error: .*`units` is 0", output, re.M), f"the error is at line {line}", output)
check(compiled.read_bytes() == before, "no artefact was written", output)

# The model goes to another machine as object and header.
runtime = install("runtime", "--component", "runtime")
check(not list(runtime.rglob("*ompiler*")), "the component `runtime` has nothing of the compiler")
consumer = copy_project("consumer", scratch / "consumer")
(consumer / "app.cpp").write_text((here / "app.cpp").read_text())
for artefact in ("tiny.o", "tiny.h"):
    (consumer / artefact).write_bytes((other / artefact).read_bytes())
without = [f"-DCMAKE_PREFIX_PATH={runtime}", *find[1:], *arguments]
folder = build(consumer, without)
check_training(succeed("it trains with the runtime alone", folder / "app"))

status, output = run("cmake", "-S", there, "-B", there / "refused", *without)
check(status != 0, "a model without a compiler does not configure", output)
check("Ingot_HOST_DIR" in output, "the message says what to set", output)
