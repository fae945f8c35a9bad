#!/usr/bin/env python3
"""Checks what an emitted object promises about its symbols and sections.

  check-object.py OBJECT PREFIX LLVM_TOOLS_DIR

No undefined symbol, every global symbol prefixed, nothing writable, no constructor.
"""
import re
import subprocess
import sys

obj, prefix, tools = sys.argv[1:]
errors = []


def run(tool, *arguments):
    return subprocess.run([f"{tools}/{tool}", *arguments, obj], check=True, capture_output=True, text=True).stdout


undefined = run("llvm-nm", "--undefined-only", "--just-symbol-name").split()
errors += [f"undefined symbol `{name}`" for name in undefined]

exported = run("llvm-nm", "--extern-only", "--defined-only", "--just-symbol-name").split()
errors += [f"global symbol `{name}` does not begin with `{prefix}_`" for name in exported if not name.startswith(f"{prefix}_")]
if not exported:
    errors.append("no global symbol at all")

# [ 2] .text PROGBITS 0000000000000000 000040 001234 00  AX  0   0 16
SECTION = re.compile(r"^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+[0-9a-f]{16} [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\s+([A-Zxopl]*)\s")
sections = [match.groups() for match in map(SECTION.match, run("llvm-readelf", "--sections", "--wide").splitlines()) if match]
for name, kind, size, flags in sections:
    if int(size, 16) == 0 or "A" not in flags:
        continue
    if "W" in flags:
        errors.append(f"section `{name}` is writable: {int(size, 16)} bytes, flags {flags}")
    if kind in ("INIT_ARRAY", "FINI_ARRAY", "PREINIT_ARRAY") or name in (".init", ".fini", ".ctors", ".dtors"):
        errors.append(f"section `{name}` runs code before or after main")
if not any(name.startswith(".text") for name, *_ in sections):
    errors.append("no section .text was found")

for error in errors:
    print(f"{obj}: error: {error}")
print(f"{len(exported)} global symbols, {len(undefined)} undefined, {len(sections)} sections")
sys.exit(1 if errors else 0)
