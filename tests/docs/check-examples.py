#!/usr/bin/env python3
"""Checks the code in the documents: what fences.py describes, but for commands.

  check-examples.py ROOT BUILD CC CXX HEADER OBJECT LIBRARY...

HEADER and OBJECT are the sample's, LIBRARY... what C++ programs link. Prints one line a mistake and
exits 1 if there is one: also for a block that nobody checks and that does not say why.
"""
import collections
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from fences import blocks_of, documents, missing_line


class Builder:
    def __init__(self, root, cc, cxx, header, obj, libraries):
        self.compilers = {"c": cc, "cpp": cxx}
        self.includes = [f"-I{path}" for path in
                         (header.parent, root / "runtime/include", root / "compiler/include", root / "samples/mnist_mlp")]
        self.link = [str(obj), *libraries]

    def run(self, block):
        """What is printed by building and running `block`, and what went wrong, if anything did."""
        with tempfile.TemporaryDirectory() as folder:
            source, program = Path(folder) / f"example.{block.language}", Path(folder) / "example"
            source.write_text(block.text, encoding="utf-8")
            runs = block.language == "c" or block.kind == "runs"
            options = {"c": ["-std=c11"], "cpp": ["-std=c++20"]}[block.language]
            options += ["-Wall", "-Wextra", "-Werror", *self.includes, str(source)]
            options += [*self.link, "-o", str(program)] if runs else ["-fsyntax-only"]
            printed = ""
            for step in [[self.compilers[block.language], *options]] + ([[str(program)]] if runs else []):
                result = subprocess.run(step, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                printed = result.stdout
                if result.returncode:
                    return printed, f"exit code {result.returncode} of `{Path(step[0]).name}`\n{printed}"
            return printed, None




def main():
    root, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    header, obj = (Path(argument).resolve() for argument in sys.argv[5:7])
    builder = Builder(root, *sys.argv[3:5], header, obj, sys.argv[7:])
    listing = subprocess.run(["ctest", "-N"], cwd=build, check=True, capture_output=True, text=True).stdout
    tests = set(re.findall(r"Test +#\d+: (\S+)", listing))
    mistakes, counts = [], collections.Counter()
    for document in documents(root):
        printed = None  # by the block before
        for block in blocks_of(root, document):
            def mistake(what):
                mistakes.append(f"{block.place}: error: {what}")

            counts[block.kind] += 1
            if not block.kind:
                mistake("nobody checks this block; tests/docs/fences.py says how, or `<!-- not run: reason -->`")
            elif block.kind == "from":
                source = header if block.argument == header.name else root / block.argument
                line = missing_line(block.text, source.read_text(encoding="utf-8")) if source.is_file() else None
                if not source.is_file():
                    mistake(f"there is no `{block.argument}`")
                elif line is not None:
                    mistake(f"not in {block.argument}, or not at this place: {line.strip()}")
            elif block.kind in ("compiles", "runs"):
                printed, error = builder.run(block)
                if error:
                    mistake(error)
            elif block.kind == "prints" and printed is not None:
                line = missing_line(block.text, printed)
                if line is not None:
                    mistake(f"not printed, or not at this place: {line.strip()}\n{printed}")
            elif block.kind == "checked by" and block.argument not in tests:
                mistake(f"there is no test `{block.argument}`")
            if block.kind == "sh":
                printed = None  # check-commands.py knows what it is
    if not counts:
        mistakes.append("error: no document has an example")
    print("\n".join(mistakes) or ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
