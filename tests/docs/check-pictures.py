#!/usr/bin/env python3
"""Checks that the pictures in docs/pictures show the models of today.

  check-pictures.py ROOT RECORDER...

docs/pictures/NAME.dot is what NAME's recorder writes with --emit=dot, and
NAME.svg has its text. Prints one line a mistake and exits 1 if there is one.
"""
import html
import re
import subprocess
import sys
from pathlib import Path


def words(text):
    """The text of labels; a label's own line breaks are lines of the picture."""
    return {html.unescape(word) for word in re.findall(r">([^<>\n]+)</(?:b|td|text)>|<br/>([^<>\n]+)", text) for word in word if word}


def main():
    root, recorders = Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]
    mistakes = []
    for recorder in recorders:
        name = recorder.name.removesuffix("_recorder")
        picture = root / "docs/pictures" / name
        text = subprocess.run([recorder, "--emit=dot"], check=True, capture_output=True, text=True).stdout
        again = f"{recorder.name} --emit=dot -o {name}.dot && dot -Tsvg {name}.dot -o {name}.svg"
        if picture.with_suffix(".dot").read_text(encoding="utf-8") != text:
            mistakes.append(f"docs/pictures/{name}.dot: error: the model is another one; in docs/pictures: {again}")
        missing = words(text) - words(picture.with_suffix(".svg").read_text(encoding="utf-8"))
        if missing:
            mistakes.append(f"docs/pictures/{name}.svg: error: does not show {sorted(missing)}; in docs/pictures: {again}")
    print("\n".join(mistakes) or f"{len(recorders)} pictures: nothing found")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
