#!/usr/bin/env python3
"""Checks the code in the documents against the files it is taken from.

  check-examples.py ROOT HEADER OBJECT CC CXX

A comment before a block says what is to hold:

  <!-- from FILE -->   its lines stand in FILE (of the tree, or HEADER's name)
                       in this order; blank lines and `...` stand for anything
  <!-- compiles -->    C: builds with HEADER and OBJECT, runs and exits with 0;
                       C++: is accepted by the compiler

Prints one line a mistake and exits 1 if there is one.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDERS = ["compiler", "dialect", "docs", "runtime", "samples"]
BLOCK = re.compile(r"^<!-- (from (\S+)|compiles) -->\n```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def normal(line):
    return " ".join(line.split())


def missing_line(block, text):
    """The first line of `block` that does not follow the ones before it in `text`."""
    lines = iter([normal(line) for line in text.splitlines()])
    for line in block.splitlines():
        wanted = normal(line)
        if wanted and wanted != "..." and wanted not in lines:
            return line
    return None


def build(block, language, root, header, objects, compilers):
    """What the compiler or the program said, or None if all is well."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / f"example.{language}", Path(folder) / "example"
        source.write_text(block, encoding="utf-8")
        includes = [f"-I{header.parent}", f"-I{root / 'runtime/include'}"]
        options = {"c": ["-std=c11", str(objects), "-o", str(program)], "cpp": ["-std=c++20", "-fsyntax-only"]}
        command = [compilers[language], "-Wall", "-Wextra", "-Werror", *includes, str(source), *options[language]]
        for step in [command, [str(program)]] if language == "c" else [command]:
            result = subprocess.run(step, capture_output=True, text=True)
            if result.returncode:
                return f"exit code {result.returncode} of `{Path(step[0]).name}`\n{result.stderr}"
    return None


def main():
    root, header, objects = (Path(argument).resolve() for argument in sys.argv[1:4])
    compilers = {"c": sys.argv[4], "cpp": sys.argv[5]}
    mistakes, checked = [], 0
    documents = sorted(root.glob("*.md")) + sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.md"))
    for document in documents:
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            _, name, language, block = match.groups()
            place = f"{document.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}: error: "
            checked += 1
            if name:
                source = header if name == header.name else root / name
                line = missing_line(block, source.read_text(encoding="utf-8"))
                if line is not None:
                    mistakes.append(f"{place}not in {name}, or not at this place: {line.strip()}")
            else:
                said = build(block, language, root, header, objects, compilers)
                if said:
                    mistakes.append(place + said)
    if not checked:
        mistakes.append("error: no document has an example that is checked")
    print("\n".join(mistakes) or f"{checked} examples: nothing found")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
