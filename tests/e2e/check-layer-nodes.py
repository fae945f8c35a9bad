#!/usr/bin/env python3
"""Compares what the layer_nodes sample prints with its README.

  check-layer-nodes.py APP README

Folders and columns are left out: the first depend on the build, the second on
the compiler. The warning goes to stderr, the rest to stdout.
"""
import re
import subprocess
import sys
from pathlib import Path

app, readme = sys.argv[1:]
done = subprocess.run([app], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if done.returncode != 0:
    sys.exit(f"error: exit code {done.returncode}\n{done.stdout}")
printed = re.sub(r"\S*/(app\.cpp:\d+):\d+:", r"\1:", done.stdout)
wanted = re.search(r"^<!-- checked by e2e-layer-nodes -->\n```\n(lstm.*?)^```$", Path(readme).read_text(), re.MULTILINE | re.DOTALL).group(1)

for number, (line, other) in enumerate(zip(printed.splitlines(), wanted.splitlines()), 1):
    if line != other:
        sys.exit(f"error: line {number} of the README's output differs\nprinted: {line}\n README: {other}")
if printed != wanted:
    sys.exit(f"error: {len(printed.splitlines())} lines were printed; the README has {len(wanted.splitlines())}")
print(printed)
