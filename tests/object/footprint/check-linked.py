#!/usr/bin/env python3
"""Compares what the report says of linking with what a linker does.

  check-linked.py LINKER OBJECT REPORT PREFIX LLVM_TOOLS_DIR

For each public function, `LINKER -r --gc-sections` with that function as the entry
leaves sections whose sizes are those of the report, to the byte.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

linker, object_file, report, prefix, tools = sys.argv[1:]
# [ 2] .text PROGBITS 0000000000000000 000040 001234 00  AX  0   0 16
SECTION = re.compile(r"^\s*\[\s*\d+\]\s+\S*\s+\S+\s+[0-9a-f]{8,16} [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\s+([A-Zxopl]*)\s")


def sizes(path):
    """Bytes of code, and of constants, in memory."""
    text = rodata = 0
    lines = subprocess.run([f"{tools}/llvm-readelf", "--sections", "--wide", path], check=True, capture_output=True, text=True).stdout
    for match in filter(None, map(SECTION.match, lines.splitlines())):
        size, flags = int(match[1], 16), match[2]
        if "X" in flags:
            text += size
        elif "A" in flags:
            rodata += size
    return text, rodata


linked = json.loads(Path(report).read_text())["linked"]
found = 0
with tempfile.TemporaryDirectory() as folder:
    for entry in linked:
        result = Path(folder) / "linked.o"
        subprocess.run([linker, "-r", "--gc-sections", "-e", f"{prefix}_{entry['entry']}", "-o", result, object_file], check=True)
        if sizes(result) != (entry["text_bytes"], entry["rodata_bytes"]):
            print(f"error: {entry['entry']}: code and constants are {sizes(result)} when linked; the report says {entry}")
            found += 1
print(f"{len(linked)} functions, {found} mistakes")
sys.exit(1 if found or len(linked) < 4 else 0)
