#!/usr/bin/env python3
"""Checks that one object has less code than another.

  check-text.py LLVM_TOOLS_DIR LARGE SMALL RATIO

Exits with 1 unless the code of SMALL is below RATIO times that of LARGE.
"""
import re
import subprocess
import sys

tools, large, small, ratio = sys.argv[1:]


def text_bytes(path):
    listing = subprocess.run([f"{tools}/llvm-size", "-A", path], check=True, capture_output=True, text=True).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", listing, re.MULTILINE))


before, after = text_bytes(large), text_bytes(small)
print(f"{before} bytes of code and {after}")
sys.exit(0 if 0 < after < float(ratio) * before else 1)
