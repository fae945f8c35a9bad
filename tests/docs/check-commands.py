#!/usr/bin/env python3
"""Runs the commands and programs in the documents, and compares what they print; see fences.py.

  check-commands.py ROOT BUILD CC CXX HEADER OBJECT [--only DOCUMENT] LIBRARY...

Those of a document run in their order, in one folder that sees the tree as it is from its top;
`build/` is BUILD, and what is written stays in the folder. Prints one line a mistake and exits 1 if
there is one.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from builder import Builder
from fences import blocks_of, documents, missing_line

RUN = ("sh", "runs")


def run(block, folder, builder):
    """What is printed, and what went wrong, if anything did."""
    if block.kind == "runs":
        return builder.run(block, folder)
    result = subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return result.stdout, f"exit code {result.returncode}\n{block.text}{result.stdout}" if result.returncode else None


def check(root, build, blocks, builder):
    """The mistakes of one document."""
    mistakes, printed = [], None
    with tempfile.TemporaryDirectory() as folder:
        for path in root.iterdir():
            if path.name not in ("build", "out", "ir", ".git"):
                (Path(folder) / path.name).symlink_to(path)
        (Path(folder) / "build").symlink_to(build)
        for block in blocks:
            error = None
            if block.kind == "file":
                (Path(folder) / block.argument).write_text(block.text, encoding="utf-8")
            elif block.kind in RUN:
                printed, error = run(block, folder, builder)
            elif block.kind != "prints":
                printed = None
            elif printed is not None:
                line = missing_line(block.text, printed)
                error = line and f"not printed, or not at this place: {line.strip()}\n{printed}"
            if error:
                mistakes.append(f"{block.place}: error: {error}")
    return mistakes


def main():
    arguments = sys.argv[1:]
    only = None
    if "--only" in arguments:
        at = arguments.index("--only")
        only = arguments[at + 1]
        del arguments[at:at + 2]
    root, build = (Path(argument).resolve() for argument in arguments[:2])
    header, obj = (Path(argument).resolve() for argument in arguments[4:6])
    builder = Builder(root, *arguments[2:4], header, obj, arguments[6:])
    mistakes, count = [], 0
    for document in [root / only] if only else documents(root):
        blocks = blocks_of(root, document)
        found = sum(block.kind in RUN for block in blocks)
        if found:
            mistakes += check(root, build, blocks, builder)
        count += found
    if not count:
        mistakes.append("error: no document has a command")
    print("\n".join(mistakes) or f"{count} blocks were run: nothing found")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
