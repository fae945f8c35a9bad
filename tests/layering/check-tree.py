#!/usr/bin/env python3
"""Checks what keeps the tree readable: the direction of #include, and file sizes.

  check-tree.py ROOT

Prints one line a violation, `file:line: error: ...`, and exits 1 if there is one.
"""
import re
import sys
from pathlib import Path

# The folders of compiler/ in the order in which data flows. Each may include
# itself, those before it, the dialect, and SHARED of the runtime.
FLOW = ["graph", "frontend", "keras", "import", "entries", "expand", "batching", "autodiff", "train", "lower",
        "memory", "codegen", "inspect", "driver", "verify", "cli", "tools"]

# Where `#include "x"` and `#include <ingot/x>` are looked up.
INCLUDE_ROOTS = ["compiler", "compiler/include", "dialect/include", "runtime/include", "runtime"]

# From these no MLIR header is reached, directly or through other headers.
WITHOUT_MLIR = ["compiler/graph", "compiler/frontend", "compiler/keras", "compiler/include", "compiler/driver/Compile.h",
                "compiler/driver/CommandLine.h", "dialect/include/ingot/Shape", "dialect/lib/ShapeRules.cpp", "runtime"]

# What compiler and runtime share: the contract of the object, and the reader of
# a file format, which is written and fuzzed once.
SHARED = [Path("runtime/include/ingot") / name for name in ("abi.h", "safetensors.h")]

TOP_FOLDERS = ["compiler", "runtime", "dialect", "samples", "tests", "cmake", "docs", "scripts", "benchmarks"]
CODE = {".cpp", ".h", ".hpp", ".c", ".td", ".py", ".cmake"}
DATA = {".json", ".png", ".safetensors", ".npy", ".npz", ".idx", ".gz"}
MAX_LINES = 600
P90_LINES = 400

# Paths that exist on one machine only; the class keeps this line from matching itself.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(w[o]rk|h[o]me|r[o]ot|t[m]p)/\w")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = sorted(
            path.relative_to(root) for folder in TOP_FOLDERS for path in (root / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts)
        self.violations = []
        self.lines = {path: self.read(path) for path in self.files if path.suffix not in DATA}
        self.includes = {path: self.includes_of(path) for path in self.lines if path.suffix in {".cpp", ".h", ".hpp", ".c"}}

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8").splitlines()

    def includes_of(self, path):
        """(line number, name as written, file of ours or None) of every #include."""
        found = []
        for number, line in enumerate(self.lines[path], 1):
            match = INCLUDE.match(line)
            if match:
                found.append((number, match.group(2), self.resolve(path, match.group(2), match.group(1) == '"')))
        return found

    def resolve(self, path, name, quoted):
        candidates = [path.parent / name] if quoted else []
        candidates += [Path(root) / name for root in INCLUDE_ROOTS]
        return next((candidate for candidate in candidates if candidate in self.lines), None)

    def error(self, path, number, message):
        self.violations.append(f"{path}:{number}: error: {message}")


def stage(path):
    """The stage of a file or of an included name: compiler/lower/x -> lower."""
    parts = path.parts
    return parts[1] if len(parts) > 2 and parts[0] == "compiler" and parts[1] != "include" else None


def check_flow(tree):
    for path, includes in tree.includes.items():
        here = stage(path)
        if here and here not in FLOW:
            tree.error(path, 1, f"`compiler/{here}` has no place in the flow; add it to FLOW of check-tree.py")
            continue
        for number, name, target in includes:
            there = stage(target) if target else stage(Path("compiler") / name)
            below = there in FLOW and (FLOW.index(there) > FLOW.index(here) if here else False)
            if below:
                tree.error(path, number, f"`{name}` is of stage `{there}`, below `{here}`; includes follow the flow of data")
            if path.parts[0] == "compiler" and target and target.parts[0] == "runtime" and target not in SHARED:
                tree.error(path, number, f"`{name}` is the runtime's; the compiler sees only its `ingot/abi.h` and `ingot/safetensors.h`")
            if path.parts[0] == "dialect" and target and target.parts[0] in ("compiler", "runtime"):
                tree.error(path, number, f"`{name}` is of `{target.parts[0]}/`; the dialect includes only itself")
            if path.parts[0] == "runtime" and (there in FLOW or target and target.parts[0] != "runtime"):
                tree.error(path, number, f"`{name}` is not the runtime's; `runtime/` includes neither compiler nor dialect")


def route_to_mlir(tree, path, seen):
    """Where an MLIR header is reached from `path`: [(file, line, name)...], or None."""
    for number, name, target in tree.includes.get(path, []):
        if name.startswith(("mlir/", "mlir-c/", "llvm/", "llvm-c/")):
            return [(path, number, name)]
        if target and target not in seen:
            seen.add(target)
            route = route_to_mlir(tree, target, seen)
            if route:
                return [(path, number, name)] + route
    return None


def check_without_mlir(tree):
    for path in tree.includes:
        if not any(path == Path(place) or Path(place) in path.parents for place in WITHOUT_MLIR):
            continue
        route = route_to_mlir(tree, path, {path})
        if route:
            chain = " -> ".join(name for _, _, name in route)
            tree.error(path, route[0][1], f"MLIR is reached through `{chain}`; this file is to do without")


def check_files(tree):
    sizes = []
    for path, lines in tree.lines.items():
        if path.suffix in CODE:
            sizes.append(len(lines))
            if len(lines) > MAX_LINES:
                tree.error(path, MAX_LINES + 1, f"{len(lines)} lines; a file has at most {MAX_LINES}")
            # What the compiler is expected to write begins as the compiler does.
            written = "golden" in path.parts
            if not written and path.suffix in {".cpp", ".h", ".hpp", ".c", ".td"} and "===-" not in "".join(lines[:1]):
                tree.error(path, 1, "the banner is missing; a file begins with what it is for")
        for number, line in enumerate(lines, 1):
            if MACHINE_PATH.search(line):
                tree.error(path, number, "a path of one machine")
    p90 = sorted(sizes)[len(sizes) * 9 // 10]
    if p90 > P90_LINES:
        tree.error(Path("."), 0, f"one file in ten has more than {p90} lines; at most {P90_LINES} are wanted")


def check_case(tree):
    """File systems that do not tell `Error.h` from `error.h` find the wrong one."""
    known = {}
    for path in tree.files:
        names = [path] + [path.relative_to(root) for root in INCLUDE_ROOTS if Path(root) in path.parents]
        for name in names:
            other = known.setdefault(str(name).lower(), (name, path))
            if other[0] != name:
                tree.error(path, 1, f"`{name}` differs from `{other[1]}` in the case of letters alone")


def main():
    tree = Tree(Path(sys.argv[1]))
    check_flow(tree)
    check_without_mlir(tree)
    check_files(tree)
    check_case(tree)
    print("\n".join(tree.violations) or f"{len(tree.files)} files, {len(tree.includes)} with includes: nothing found")
    return 1 if tree.violations else 0


if __name__ == "__main__":
    sys.exit(main())
