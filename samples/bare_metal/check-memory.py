#!/usr/bin/env python3
"""Flash and RAM of a firmware, from the linker's map, beside what Ingot said.

  check-memory.py MAP REPORT_JSON ENTRY...

ENTRY: the functions of the model that the firmware calls. `params`, `state` and
`arena` are variables of the program with these names; the rest is what came from
the model's object. Each number must be that of the report, to the byte; where
functions share code, the report has it for the one or for all, so then the
object's may also be less. Ends with 1 if a number differs.
"""
import json
import re
import sys
from pathlib import Path

map_file, report_file, entries = sys.argv[1], sys.argv[2], sys.argv[3:]
report = json.loads(Path(report_file).read_text())

# GNU ld's map: where, how large, from which file, behind a name that may have a line of its own.
OUTPUT = re.compile(r"^(\.\w+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)", re.M)
INPUT = re.compile(r"^ (\.[\w.]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$", re.M)
placed = Path(map_file).read_text().split("\nLinker script and memory map\n", 1)[1].split("\n/DISCARD/", 1)[0]
outputs = {name: int(size, 16) for name, size in OUTPUT.findall(placed)}
inputs = [(name, int(size, 16), file) for name, size, file in INPUT.findall(placed)]


def variable(name):
    return sum(size for section, size, _ in inputs if section == f".bss.{name}")


def of_model(kind):
    """Sizes of the sections that came from the model's object."""
    return [size for section, size, file in inputs
            if section.startswith(kind) and size and re.search(rf"\b{report['prefix']}\.o\)?$", file)]


arenas = [entry["arena_bytes"] for entry in report["entries"] if entry["name"] in entries]
linked = {function["entry"]: function for function in report["linked"]}
flash = {part["what"]: part["bytes"] for part in report["needs"]["flash"]["parts"]}
rows = [("arena", variable("arena"), max(arenas))]
if "train_step" in entries:
    rows += [("params", variable("params"), report["params_bytes"]), ("state", variable("state"), report["state_bytes"])]
functions, constants = of_model(".text"), of_model(".rodata")
if len(entries) == 1:
    # On Arm with tables of unwinding, an entry of eight bytes a function, which the linker script drops.
    tables = 0 if report["triple"].startswith("riscv") else 8 * len(functions)
    rows += [("code", sum(functions), linked[entries[0]]["text_bytes"]),
             ("constants", sum(constants), linked[entries[0]]["rodata_bytes"] - tables)]
elif sum(functions) > flash["code"]:
    rows += [("code", sum(functions), flash["code"])]
for what, found, said in rows:
    print(f"{what:10} {found:7} bytes in the map, {said:7} in the report{'' if found == said else ': DIFFERENT'}")

stack = max(function["stack"]["bytes"] for name, function in linked.items() if name in entries)
print(f"{'stack':10} {stack:7} bytes of the model in the report")
print(f"{'firmware':10} {sum(outputs.get(name, 0) for name in ('.vectors', '.text', '.rodata', '.data')):7} bytes of flash, "
      f"{sum(outputs.get(name, 0) for name in ('.data', '.bss'))} of RAM, and the stack")
sys.exit(any(found != said for _, found, said in rows))
