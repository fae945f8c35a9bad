#!/usr/bin/env python3
"""Checks that Graphviz draws what --emit=dot writes, for many models.

  check-drawings.py DOT INGOTC FOLDER

Of each FOLDER/*/model.json: `dot` says nothing on stderr (it warns of a port that
no box has), each layer has its name in the picture, and each arrow is drawn.
Exits with 77 if there is no DOT.
"""
import html
import json
import re
import subprocess
import sys
from pathlib import Path


def layer_names(model):
    for layer in model["config"]["layers"]:
        yield layer["name"]
        inner = layer["config"].get("layer", layer)  # what a wrapper applies
        if inner["class_name"] == "Functional":
            yield from layer_names(inner)


def mistakes(dot, ingotc, path):
    text = subprocess.run([ingotc, path, "--emit=dot"], check=True, capture_output=True, text=True).stdout
    drawn = subprocess.run([dot, "-Tsvg"], input=text, capture_output=True, text=True)
    if drawn.returncode or drawn.stderr:
        yield f"exit code {drawn.returncode} of dot: {drawn.stderr.strip()}"
        return
    words = {html.unescape(word) for word in re.findall(r"<text [^>]*>([^<]*)</text>", drawn.stdout)}
    for name in layer_names(json.loads(path.read_text(encoding="utf-8"))):
        if name not in words:
            yield f"no box or frame is called `{name}`"
    arrows, wanted = drawn.stdout.count('class="edge"'), text.count(" -> ")
    if arrows != wanted:
        yield f"{arrows} arrows of {wanted}"


def main():
    dot, ingotc, folder = sys.argv[1:]
    if not Path(dot).exists():
        print("skipped: there is no `dot`; Debian's package is graphviz")
        return 77
    models = sorted(Path(folder).glob("*/model.json"))
    found = [f"{path}: error: {mistake}" for path in models for mistake in mistakes(dot, ingotc, path)]
    if not models:
        found.append(f"{folder}: error: there is no model")
    print("\n".join(found) or f"{len(models)} drawings: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
