#!/usr/bin/env python3
"""One project in C for this machine and, by a toolchain file, for another.

  check-cross.py BUILD_DIR SOURCE_DIR SCRATCH_DIR TOOLCHAIN EMULATOR CMAKE_ARGUMENT...

The arguments are for the project of this machine. The recorder is built for this
machine each time, the model for the other; portable numerics trains to the same
bits. Exits with 77 if there is no emulator or no C library for the target.
"""
import shutil
import sys
from pathlib import Path

from steps import build, check, check_training, copy_project, empty, run, spoil, succeed, HERE

ingot, sources, scratch, toolchain = map(Path, sys.argv[1:5])
emulator, native = sys.argv[5], sys.argv[6:]
if not shutil.which(emulator) or not Path("/usr/aarch64-linux-gnu/lib/libc.a").exists():
    print(f"SKIPPED: needs `{emulator}` and libc6-dev-arm64-cross")
    sys.exit(77)
empty(scratch)
tiny = scratch / "tiny.model.cpp"
tiny.write_text((HERE / "project/tiny.model.cpp").read_text())
cross = [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", f"-DIngot_HOST_DIR={ingot}", native[0], native[1], f"-DTINY={tiny}"]

here = build(copy_project("bare", scratch / "here"), [*native[:3], f"-DIngot_DIR={ingot}", f"-DTINY={tiny}"])
expected = succeed("it trains here", here / "app")
check_training(expected)

# Ingot for the other machine, installed, then found; and as a part of the project.
target = scratch / "target"
succeed("Ingot configures for the target", "cmake", "-S", sources, "-B", target, *cross, "-DINGOT_RUNTIME=OFF")
succeed("Ingot builds for the target", "cmake", "--build", target)
succeed("Ingot installs for the target", "cmake", "--install", target, "--prefix", scratch / "prefix")
check(not (scratch / "prefix/bin").exists(), "without a compiler")
ways = {"found": f"-DIngot_DIR={scratch}/prefix/lib/cmake/Ingot", "part": f"-DINGOT_SOURCE={sources}"}
for name, way in ways.items():
    folder = build(copy_project("bare", scratch / name), [*cross, way])
    check("AArch64" in succeed("the object can be read", "readelf", "-h", folder / "tiny.o"), "it is for the target")
    check("AArch64" not in succeed("the recorder can be read", "readelf", "-h", folder / "host/tiny_recorder"), "it is for this machine")
    check((folder / "out/tiny.txt").read_text() == (here / "out/tiny.txt").read_text(), "the summary is where it was asked for")
    check("fadd" in (folder / "out/tiny.s").read_text(), "so is the assembly")
    output = succeed("it trains there", emulator, folder / "app")
    check(output == expected, "to the same bits", output)

# What the recorder includes is followed.
before = (folder / "tiny.o").read_bytes()
spoil(tiny, "Dense(8,", "Dense(9,")
succeed("the changed project builds", "cmake", "--build", folder)
check((folder / "tiny.o").read_bytes() != before, "a changed model is compiled again")

status, output = run("cmake", "-S", scratch / "found", "-B", scratch / "refused", *cross[:1], f"-DTINY={tiny}", ways["found"], *cross[2:4])
check(status != 0 and "Ingot_HOST_DIR" in output, "without Ingot_HOST_DIR the message says what to set", output)
