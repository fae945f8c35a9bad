#!/usr/bin/env python3
"""Compares the symbols that tell a linker of stacks with the report.

  check-stack-symbols.py OBJECT REPORT PREFIX LLVM_TOOLS_DIR

An object for a board has one for each public function. A linker script can refuse by them.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

object_file, report, prefix, tools = sys.argv[1:]
lines = subprocess.run([f"{tools}/llvm-nm", "--defined-only", object_file], check=True, capture_output=True, text=True).stdout
symbols = {match[2]: int(match[1], 16) for match in re.finditer(r"^([0-9a-f]+) A (\S+)$", lines, re.MULTILINE)}
entries = json.loads(Path(report).read_text())["linked"]
reported = {f"{prefix}_{entry['entry']}_stack_bytes": entry["stack"]["bytes"] for entry in entries}
if not symbols or symbols != reported:
    sys.exit(f"error: the symbols are {symbols}; the report says {reported}")


def links(folder, room):
    """Whether a script that asks for a stack of `room` bytes lets the object pass."""
    script = folder / "stack.ld"
    script.write_text("SECTIONS { .text : { *(.text .text.*) } }\n"
                      f'ASSERT({room} >= {prefix}_predict_stack_bytes, "the stack is too small")\n')
    done = subprocess.run([f"{tools}/ld.lld", "-T", script, "-o", folder / "program", object_file], capture_output=True, text=True)
    if done.returncode and "the stack is too small" not in done.stderr:
        sys.exit(f"error: {done.stderr}")
    return done.returncode == 0


needed = reported[f"{prefix}_predict_stack_bytes"]
with tempfile.TemporaryDirectory() as name:
    if not links(Path(name), needed) or links(Path(name), needed - 1):
        sys.exit(f"error: a linker script does not find {needed} bytes for the stack of `predict`")
print(f"{len(symbols)} symbols, {needed} bytes for `predict`")
