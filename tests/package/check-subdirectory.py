#!/usr/bin/env python3
"""A stranger's project with Ingot as a part of it, by add_subdirectory().

  check-subdirectory.py [--host BUILD_DIR] SOURCE_DIR SCRATCH_DIR CMAKE_ARGUMENT...

--host: the compiler is the one of BUILD_DIR, so only the runtime is built here, and
the program trains. Without it the compiler is a part of the project too. Building
it again would take as long as building Ingot, so then the whole is configured and
every build step planned, and built is what the compiler shares with no other test:
what a recorder's source includes and is linked of, without MLIR, and the runtime.
"""
import argparse
from pathlib import Path

from steps import build, check, check_training, copy_project, empty, succeed

parser = argparse.ArgumentParser()
parser.add_argument("--host")
parser.add_argument("sources")
parser.add_argument("scratch", type=Path)
options, arguments = parser.parse_known_args()

project = copy_project("project", empty(options.scratch) / "project")
arguments.append(f"-DINGOT_SOURCE={options.sources}")
if options.host:
    folder = build(project, [*arguments, f"-DIngot_HOST_DIR={options.host}"], targets=["app"])
    check(not list(folder.rglob("libIngotDriver.a")), "no compiler was built")
    check_training(succeed("the program trains", folder / "app"))
else:
    folder = build(project, arguments, targets=["IngotFrontend", "IngotGraph", "IngotRuntime"])
    # By its command: as a target it would wait for libraries of the compiler.
    command = succeed("a command compiles a recorder's source", "ninja", "-C", folder, "-t", "commands", "-s",
                      "CMakeFiles/tiny_recorder.dir/tiny.model.cpp.o").splitlines()[-1]
    succeed("a recorder's source compiles", "sh", "-c", command, cwd=folder)
    check((folder / "CMakeFiles/tiny_recorder.dir/tiny.model.cpp.o").exists(), "it is an object file", command)
    plan = succeed("the rest is planned", "cmake", "--build", folder, "--target", "app", "--", "-n")
    for step in ("libIngotCompiler.so", "tiny_recorder", "Compiling model tiny", "Linking CXX executable app"):
        check(step in plan, f"the plan has `{step}`", plan)
    everything = succeed("all is planned", "cmake", "--build", folder, "--", "-n")
    check("ingot/tests/" not in everything and "ingot/samples/" not in everything, "neither tests nor samples are in the plan", everything)
succeed("the project installs", "cmake", "--install", folder, "--prefix", options.scratch / "prefix")
check(not (options.scratch / "prefix").exists(), "nothing of Ingot is among what it installs")
