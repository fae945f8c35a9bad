"""Compiles a block of C or C++, and runs what came of it."""
import subprocess
from pathlib import Path


class Builder:
    """`header` and `obj` are the sample's, `libraries` what C++ programs link."""

    def __init__(self, root, cc, cxx, header, obj, libraries):
        self.compilers = {"c": cc, "cpp": cxx}
        self.includes = [f"-I{path}" for path in (header.parent, root / "runtime/include", root / "compiler/include")]
        self.link = [str(obj), *libraries]

    def run(self, block, folder):
        """What is printed, and what went wrong, if anything did. Works in `folder`."""
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
