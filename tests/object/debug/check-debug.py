#!/usr/bin/env python3
"""Reads the debug information of objects back, as debuggers and profilers do.

  check-debug.py RECORDER LLVM_TOOLS_DIR DIR TARGET [--levels] [CC HEADERS MAIN]

RECORDER is that of the sample mnist_mlp, which is compiled into DIR for TARGET. Under
--levels it is so without -g, too, and again. With a C compiler, MAIN is linked and run
under gdb, else gdb only reads.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

recorder, tools, folder, target = sys.argv[1:5]
run_with = sys.argv[5:]
levels = "--levels" in run_with
if levels:
    run_with.remove("--levels")
wasm = target.startswith("wasm")
recorder, folder = Path(recorder).resolve(), Path(folder).resolve()
root = Path(__file__).resolve().parents[3]
errors = []

SOURCE = "mnist.model.cpp"
SPAN = re.compile(r"^[\w/ +]+ \[[\w +]+\]( \+ [\w/ +]+ \[[\w +]+\])*$")


def check(holds, message):
    if not holds:
        errors.append(message)


def run(*command, cwd=None, text=None):
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, text=True, cwd=cwd, timeout=100)
    if done.returncode:
        sys.exit(f"check-debug.py: error: {' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def compile(name, *flags):
    """The object of one compilation, made in a directory of its own."""
    here = folder / name
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir(parents=True)
    run(recorder, "--prefix=mnist", "--max-batch=8", "--emit=obj,header", "-o", here, f"--target={target}", *flags, cwd=here)
    return here / "mnist.o"


def code(obj):
    """All that is loaded, as text: the same for the same bytes."""
    stripped = obj.parent / "stripped.o"
    run(f"{tools}/llvm-objcopy", "--strip-debug", obj, stripped)
    shown = run(f"{tools}/llvm-objdump", "-s", "-j", ".text*", stripped.name, cwd=obj.parent)
    names = run(f"{tools}/llvm-readelf", "--sections", "--wide", stripped)
    return [match for match in re.findall(r"(\.(?:text|rodata)\S*)\s+PROGBITS\s+\S+\s+\S+\s+(\S+)", names)], shown


def functions(program):
    """Name to first address and size."""
    places = []
    for line in run(f"{tools}/llvm-nm", "--numeric-sort", "--defined-only", program).splitlines():
        address, kind, name = line.split()
        # Neither marks of the assembler, nor second names, nor what the linker adds.
        if kind in "tT" and name.startswith(("mnist_", "ingot_")) and not name.endswith(".local"):
            # The lowest bit says that code is Thumb.
            places.append((int(address, 16) & (~1 if target.startswith("cortex") else ~0), name))
    # Of WebAssembly no size is told. What follows the last function is not looked at.
    ends = [address for address, _ in places[1:]] + [places[-1][0] + 1]
    return {name: (address, end - address) for (address, name), end in zip(places, ends)}


def frames_of(program, addresses):
    """For each address (function, file), the innermost first."""
    asked = "\n".join(hex(address) for address in addresses)
    answer = run(f"{tools}/llvm-symbolizer", f"--obj={program}", "--inlines", "--functions=linkage", text=asked + "\n")
    for block in answer.strip().split("\n\n"):
        lines = block.splitlines()
        yield [(lines[i], lines[i + 1].rsplit(":", 2)[0]) for i in range(0, len(lines) - 1, 2)]


full = compile("full", "-g")
if levels:
    again, lines, none = compile("again/elsewhere", "-g"), compile("lines"), compile("none", "-g0")
    check(full.read_bytes() == again.read_bytes(), "the object depends on the directory that it is made in")
    check(code(lines) == code(none), "debug information changes code")
    sections = run(f"{tools}/llvm-readelf", "--sections", "--wide", none)
    check(".debug_line" not in sections, "there are lines with -g0")
# The recorder's own names of files, which are relative here.
for path in {str(recorder.parents[2]), str(folder), str(root)}:
    check(path.encode() not in full.read_bytes(), f"the object names `{path}`")

# Addresses are those of a program; a soft-float library is not needed to look at it.
program = folder / "full" / "program"
if wasm:
    run(f"{tools}/wasm-ld", "--no-entry", "--export-all", "--allow-undefined", full, "-o", program)
else:
    run(f"{tools}/ld.lld", "--unresolved-symbols=ignore-all", "--no-relax", "--discard-locals", "-e", "0", full, "-o", program)
all_functions = functions(program)
spans, shared = {}, set()
places = [(name, first + at) for name, (first, size) in all_functions.items() for at in range(0, size, max(4, size // 64 & ~3))]
for (name, address), frames in zip(places, frames_of(program, [address for _, address in places]), strict=True):
    check(frames[-1][0] in (name, "??"), f"{address:#x} in `{name}` is code of `{frames[-1][0]}`")
    for inner, path in frames[:-1]:
        check(SPAN.match(inner) or inner.startswith(("mnist_", "ingot_")), f"`{inner}` in `{name}` is no layer")
        if SPAN.match(inner):
            spans.setdefault(inner, set()).add(name)
            check(path.endswith(SOURCE), f"`{inner}` is in {path}")
    if frames[-1][1].endswith("mnist.kernels"):
        check(len(frames) == 1, f"shared code `{name}` is that of `{frames[0][0]}`")
        shared.add(name)

for layer in ("dense", "dense_1", "digit"):
    for direction in ("forward", "backward", "update", "init"):
        mine = [span for span in spans if layer in re.split(r"\W+", span) and direction in re.split(r"\W+", span)]
        check(mine, f"no code is `{layer} [{direction}]`")
check(any(" + " in span for span in spans), "no fused code lists its layers")
check(all(not name.startswith("mnist_") for name in shared), f"entries among shared code: {sorted(shared)}")

verified = run(f"{tools}/llvm-dwarfdump", "--verify", program)
check("No errors." in verified, verified)


# What several layers have in common at their ends would be a frame of none.
check("OUTLINED" not in run(f"{tools}/llvm-nm", program), "code is shared that no source names")


def finish():
    for error in errors[:20]:
        print(f"{target}: error: {error}")
    print(f"{len(all_functions)} functions, {len(spans)} spans, {len(shared)} shared")
    sys.exit(1 if errors else 0)


# Engines of WebAssembly unwind by themselves, and gdb knows none.
if wasm:
    finish()

# One step up from anywhere.
frames = run(f"{tools}/llvm-dwarfdump", "--debug-frame", program)
described = {int(pc, 16) & ~1 for pc in re.findall(r"FDE cie=\S+ pc=([0-9a-f]+)", frames)}
for name, (first, _) in all_functions.items():
    check(first in described, f"`.debug_frame` has nothing of `{name}`")

gdb = ["gdb-multiarch", "-nx", "-batch", "-ex", "set pagination off"]
line = next(number for number, text in enumerate((root / "samples/mnist_mlp" / SOURCE).read_text().splitlines(), 1)
            if "Dense" in text)
answer = run(*gdb, "-ex", f"break {SOURCE}:{line}", "-ex", "info breakpoints", program)
for direction in ("forward", "backward", "update"):
    check(re.search(rf"in \w+ \[{direction}\] at \S*{SOURCE}:{line}", answer), f"no breakpoint in {direction}:\n{answer}")

if run_with:
    cc, headers, main = run_with
    stepper = folder / "full" / "step"
    run(cc, "-g", main, full, f"-I{full.parent}", f"-I{headers}", "-no-pie", "-o", stepper)
    script = [option for name in sorted(shared) for option in ("-ex", f"break {name}")]
    # As many stops as there could be; the program ends before.
    for _ in range(12):
        script += ["-ex", "continue", "-ex", "bt 3"]
    answer = subprocess.run([*gdb, "-ex", "break main", "-ex", "run", *script, str(stepper)], capture_output=True, text=True,
                            timeout=100).stdout
    stops = re.findall(r"^#0 +(?:0x\w+ in )?(\w+) \(.*\n#1 +0x\w+ in (.*?) \(\)", answer, re.MULTILINE)
    for kernel, caller in stops:
        check(kernel in shared or kernel == "main", f"gdb stops in `{kernel}`")
        check(SPAN.match(caller), f"one step up from `{kernel}` is `{caller}`, no layer")
    check(stops, f"gdb stops in no shared code of {sorted(shared)}:\n{answer}")
    # And by the line of the recorder.
    answer = run(*gdb, "-ex", f"break {SOURCE}:{line}", "-ex", "run", "-ex", "bt", stepper)
    check(re.search(rf"{SOURCE}:{line}\n(.*\n)*#\d+ .*mnist_\w+ \(.*\n#\d+ .* main ", answer), f"no stop at {SOURCE}:{line}:\n{answer}")

finish()
