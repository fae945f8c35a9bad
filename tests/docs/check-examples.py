#!/usr/bin/env python3
"""Checks the code in the documents that runs by itself, if at all; see fences.py.

  check-examples.py ROOT BUILD CC CXX HEADER OBJECT

HEADER and OBJECT are the sample's. Prints one line a mistake and exits 1 if there is one: also for a
block that nobody checks and that does not say why.
"""
import collections
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from builder import Builder
from fences import blocks_of, documents, missing_line


def check(root, header, tests, builder, block, printed):
    """What is wrong with `block`, if anything, and what it prints; `printed` is by the block before."""
    if not block.kind:
        return "nobody checks this block; tests/docs/fences.py says how, or `<!-- not run: reason -->`", None
    if block.kind == "from":
        source = header if block.argument == header.name else root / block.argument
        if not source.is_file():
            return f"there is no `{block.argument}`", None
        line = missing_line(block.text, source.read_text(encoding="utf-8"))
        return line and f"not in {block.argument}, or not at this place: {line.strip()}", None
    if block.kind == "compiles":
        with tempfile.TemporaryDirectory() as folder:
            printed, error = builder.run(block, folder)
        return error, printed
    if block.kind == "prints" and printed is not None:
        line = missing_line(block.text, printed)
        return line and f"not printed, or not at this place: {line.strip()}\n{printed}", printed
    if block.kind == "checked by" and block.argument not in tests:
        return f"there is no test `{block.argument}`", None
    return None, None


def main():
    root, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    header, obj = (Path(argument).resolve() for argument in sys.argv[5:7])
    builder = Builder(root, *sys.argv[3:5], header, obj, [])
    listing = subprocess.run(["ctest", "-N"], cwd=build, check=True, capture_output=True, text=True).stdout
    tests = set(re.findall(r"Test +#\d+: (\S+)", listing))
    mistakes, counts = [], collections.Counter()
    for document in documents(root):
        printed = None
        for block in blocks_of(root, document):
            counts[block.kind] += 1
            error, printed = check(root, header, tests, builder, block, printed)
            if error:
                mistakes.append(f"{block.place}: error: {error}")
    if not counts:
        mistakes.append("error: no document has an example")
    print("\n".join(mistakes) or ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
