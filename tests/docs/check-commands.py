#!/usr/bin/env python3
"""Runs the commands in the documents, and compares what they print.

  check-commands.py ROOT BUILD [DOCUMENT...]

A document's blocks of ```sh run in their order, in one folder that sees the tree as it is from its
top; `build/` is BUILD, and what is written stays in the folder. Prints one line a mistake and exits 1
if there is one.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from fences import blocks_of, documents, missing_line


def check(root, build, document, blocks):
    """The mistakes of one document."""
    mistakes, printed = [], None
    with tempfile.TemporaryDirectory() as folder:
        for path in root.iterdir():
            if path.name not in ("build", "out", "ir", ".git"):
                (Path(folder) / path.name).symlink_to(path)
        (Path(folder) / "build").symlink_to(build)
        for block in blocks:
            if block.kind == "file":
                (Path(folder) / block.argument).write_text(block.text, encoding="utf-8")
            elif block.kind == "sh":
                result = subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=folder,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                printed = result.stdout
                if result.returncode:
                    mistakes.append(f"{block.place}: error: exit code {result.returncode}\n{block.text}{printed}")
            elif block.kind == "prints" and printed is not None:
                line = missing_line(block.text, printed)
                if line is not None:
                    mistakes.append(f"{block.place}: error: not printed, or not at this place: {line.strip()}\n{printed}")
            elif block.kind in ("compiles", "runs"):
                printed = None  # check-examples.py knows what it is
    return mistakes


def main():
    root, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    wanted = [root / argument for argument in sys.argv[3:]] or documents(root)
    mistakes, count = [], 0
    for document in wanted:
        blocks = blocks_of(root, document)
        commands = sum(block.kind == "sh" for block in blocks)
        if commands:
            mistakes += check(root, build, document, blocks)
        count += commands
    if not count:
        mistakes.append("error: no document has a command")
    print("\n".join(mistakes) or f"{count} blocks of commands: nothing found")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
