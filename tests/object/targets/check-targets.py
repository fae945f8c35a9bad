#!/usr/bin/env python3
"""What an object promises, on every target that has a name.

  check-targets.py ROOT INGOTC LLVM_TOOLS_DIR SCRATCH_DIR RECORDER VARIANT...

VARIANT is GOAL-NUMERICS, as size-portable. RECORDER compiles its model for each target
and variant; of each object, it is checked that

  - it needs no symbol but those that docs/targets.md allows it,
  - each of its global symbols has the prefix, and no section can be written,
  - the C compiler for the target agrees on the structs of the header and of abi.h,
  - the descriptor has what the header says,
  - it fuses multiply-adds in native numerics where the table of facts says so, and
    never in portable numerics.
"""
import re
import struct
import subprocess
import sys
from pathlib import Path

root, ingotc, tools, scratch, recorder = map(Path, sys.argv[1:6])
variants = [variant.split("-") for variant in sys.argv[6:]]
scratch.mkdir(parents=True, exist_ok=True)
PREFIX = "net"
errors = []

FUSED = re.compile(r"\s(vfn?m(add|sub)\d{3}[sp]s|fn?m(add|sub)(\.s)?|fml[as]|vfn?m[as]\.f32)\s")


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def allowed_symbols():
    """By name of the target: the rows `| `a`, `b` | `symbol`, ... |` below the heading."""
    text = (root / "docs/targets.md").read_text(encoding="utf-8")
    part = text.split("## What an object may need", 1)[1].split("\n## ", 1)[0]
    allowed = {}
    for line in part.splitlines():
        cells = line.strip("|").split("|")
        if line.startswith("| `") and len(cells) == 2:
            for target in re.findall(r"`([^`]+)`", cells[0]):
                allowed.setdefault(target, set()).update(re.findall(r"`([^`]+)`", cells[1]))
    return allowed


def targets():
    """(name, triple, cpu and features) of each."""
    for line in run(ingotc, "--print-targets").splitlines():
        name, triple, rest = line.split(None, 2)
        yield name, triple, re.split(r"\s{2,}", rest)[0].split()


def structs(header):
    """Name of each struct of the header, and of its members."""
    for name, body in re.findall(rf"typedef struct ({PREFIX}_\w+) \{{\n(.*?)\n\}}", header, re.DOTALL):
        yield name, re.findall(r"(\w+);", re.sub(r"/\*.*?\*/", "", body))


def check_layouts(stem, triple, machine, pointer):
    """What EntryPointBuilder and Descriptor of the compiler take for granted."""
    header = stem.with_suffix(".h").read_text(encoding="utf-8")
    lines = [f'#include "{stem.name}.h"', "#define IS(what, value) _Static_assert((what) == (value), #what)"]
    for name, members in structs(header):
        step = 12 if name.endswith("_metrics") else pointer
        lines += [f"IS(offsetof({name}, {member}), {i * step});" for i, member in enumerate(members)]
        lines.append(f"IS(sizeof({name}), {len(members) * step});")
    members = ["ctx", "parallel_for", "before_layer", "after_layer"]
    lines += [f"IS(offsetof(ingot_host, {member}), {8 + i * pointer});" for i, member in enumerate(members)]
    lines += [f"IS(sizeof(ingot_host), {8 + 4 * pointer});", "IS(sizeof(ingot_mean), 12);",
              "IS(sizeof(ingot_tensor_desc), 80);", "IS(sizeof(ingot_entry_desc), 16);",
              *(f"IS(offsetof(ingot_model_desc, {name}), {at});" for name, (at, _) in DESCRIPTOR.items()),
              f"IS(offsetof(ingot_model_desc, entries), {ENTRIES_AT});"]
    source = stem.with_suffix(".c")
    source.write_text("\n".join(lines) + "\n")
    if "arm" in triple or "thumb" in triple or "x86" in triple:
        machine = [f"-mcpu={machine[0]}" if "thumb" in triple else f"-march={machine[0]}"]
    else:
        machine = []
    done = subprocess.run([f"{tools}/clang", f"--target={triple}", *machine, "-std=c11", "-ffreestanding", "-nostdlibinc", "-Wall",
                           "-Wextra", "-Wno-unused", "-Werror", "-fsyntax-only", f"-I{root}/runtime/include", source],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        errors.append(f"{stem.parent.name}: the C compiler sees other structs:\n{done.stderr}")


# Fields of ingot_model_desc: byte offset, and the macro of the header that has the value.
DESCRIPTOR = {"params_bytes": (24, "PARAMS_BYTES"), "state_bytes": (32, "STATE_BYTES"),
              "prepared_bytes": (40, "PREPARED_BYTES"), "align": (56, "ALIGN")}
ENTRIES_AT = 120
ENTRIES = {2: "PREDICT", 3: "EVALUATE", 4: "TRAIN_STEP", 5: "GRADIENTS", 6: "APPLY_GRADIENTS"}


def check_descriptor(stem):
    raw = stem.with_suffix(".desc")
    run(f"{tools}/llvm-objcopy", f"--dump-section=.rodata.{PREFIX}_model_desc={raw}", stem.with_suffix(".o"), "/dev/null")
    data = raw.read_bytes()
    macros = dict(re.findall(rf"#define {PREFIX.upper()}_(\w+)\s+(\d+)", stem.with_suffix(".h").read_text(encoding="utf-8")))
    for name, (at, macro) in DESCRIPTOR.items():
        found = struct.unpack_from("<I" if name == "align" else "<Q", data, at)[0]
        if found != int(macros[macro]):
            errors.append(f"{stem.parent.name}: the descriptor's {name} is {found}, the header's {macros[macro]}")
    for number, entry in ENTRIES.items():
        found = struct.unpack_from("<Q", data, ENTRIES_AT + 16 * number + 8)[0]
        if found != int(macros[f"{entry}_ARENA_BYTES"]):
            errors.append(f"{stem.parent.name}: the descriptor's arena of {entry} is {found}, the header's {macros[entry + '_ARENA_BYTES']}")


# [ 2] .text PROGBITS 00000000 000040 001234 00  AX  0   0 16
SECTION = re.compile(r"^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\s+([A-Zxopl]*)\s")


def check_object(stem, triple, allowed):
    obj = stem.with_suffix(".o")
    undefined = set(run(f"{tools}/llvm-nm", "--undefined-only", "--just-symbol-name", obj).split())
    if undefined - allowed:
        errors.append(f"{stem.parent.name}: needs {', '.join(sorted(undefined - allowed))}, which docs/targets.md does not allow")
    exported = run(f"{tools}/llvm-nm", "--extern-only", "--defined-only", "--just-symbol-name", obj).split()
    errors.extend(f"{stem.parent.name}: global symbol `{symbol}`" for symbol in exported if not symbol.startswith(f"{PREFIX}_"))
    if f"{PREFIX}_train_step" not in exported:
        errors.append(f"{stem.parent.name}: there is no `{PREFIX}_train_step`")
    if not triple.startswith("wasm"):
        sections = [match.groups() for match in
                    map(SECTION.match, run(f"{tools}/llvm-readelf", "--sections", "--wide", obj).splitlines()) if match]
        errors.extend(f"{stem.parent.name}: section `{section}` is writable" for section, _, size, flags in sections
                      if "A" in flags and "W" in flags and int(size, 16))
        if not any(section.startswith(".text") for section, *_ in sections):
            errors.append(f"{stem.parent.name}: no section .text was found")
        check_descriptor(stem)
    return undefined


def check_fused(stem, name, cpu, numerics):
    # What the object says of its FPU is not enough to read its code.
    machine = [f"--mcpu={cpu}"] if cpu.startswith("cortex") else []
    fused = bool(FUSED.search(run(f"{tools}/llvm-objdump", "--disassemble", *machine, stem.with_suffix(".o"))))
    facts = run(recorder, "--prefix=net", f"--target={name}", "--emit=ingot")
    wanted = numerics == "native" and "ingot.fma = true" in facts
    if fused != wanted:
        errors.append(f"{stem.parent.name}: multiply-adds are {'' if fused else 'not '}fused")


def main():
    allowed = allowed_symbols()
    needed, count = {}, 0
    for name, triple, machine in targets():
        pointer = 4 if re.match("thumb|riscv32|wasm32", triple) else 8
        for goal, numerics in variants:
            stem = scratch / f"{name}-{goal}-{numerics}" / PREFIX
            run(recorder, f"--prefix={PREFIX}", f"--target={name}", f"--optimize-for={goal}", f"--numerics={numerics}",
                "--max-batch=predict:1,train_step:8,evaluate:8,gradients:8", "-o", stem.parent)
            needed.setdefault(name, set()).update(check_object(stem, triple, allowed.get(name, set())))
            check_fused(stem, name, machine[0], numerics)
            count += 1
        check_layouts(stem, triple, machine, pointer)
    for name in sorted(allowed.keys() - needed.keys()):
        errors.append(f"docs/targets.md: there is no target `{name}`")
    for error in errors:
        print(f"error: {error}")
    print(f"{count} objects for {len(needed)} targets")
    return 1 if errors or count < 15 else 0


sys.exit(main())
