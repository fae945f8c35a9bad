#!/usr/bin/env python3
"""Runs the commands of a document, in order, in one empty folder.

  run-commands.py DOCUMENT ROOT BUILD

A block of ```sh is a script for bash that must succeed. It sees the tree as it is from its
top, so `build/` is BUILD; what it writes stays in the folder.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    document, root, build = (Path(argument).resolve() for argument in sys.argv[1:])
    text = document.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    if not blocks:
        print(f"{document.name}: error: no block of commands")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        for path in root.iterdir():
            if path.name not in ("build", "out", "ir"):
                (Path(folder) / path.name).symlink_to(path)
        (Path(folder) / "build").symlink_to(build)
        for block in blocks:
            result = subprocess.run(["bash", "-euo", "pipefail", "-c", block.group(1)], cwd=folder, capture_output=True, text=True)
            if result.returncode:
                line = text.count("\n", 0, block.start()) + 2
                print(f"{document.name}:{line}: error: exit code {result.returncode}\n{block.group(1)}{result.stderr}")
                return 1
    print(f"{document.name}: {len(blocks)} blocks of commands")
    return 0


if __name__ == "__main__":
    sys.exit(main())
