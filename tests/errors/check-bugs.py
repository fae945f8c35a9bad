#!/usr/bin/env python3
"""Checks what is said of bugs, and that the reproducers reproduce.

  check-bugs.py BROKEN_COMPILER INGOTC MODEL.mlir

For each pass of bugs/BrokenCompiler.cpp: the exit code and the line on stderr, no
artefact, and a reproducer that fails in the same way when it is run again; the true
ingotc compiles it.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BUGS = {
    "test-crash": "pass `test-crash` crashed",
    "test-overflow": "pass `test-overflow` crashed",
    "test-fatal": "pass `test-fatal` crashed",
    "test-silent": "pass `test-silent` failed without saying why",
    "test-invalid": "pass `test-invalid` has made invalid IR: 'func.return' op expects parent op 'func.func'",
    "test-unname": "the compiler crashed",
}
# Crashes behind the passes, so no pipeline reproduces it.
OUTSIDE_OF_PASSES = "test-unname"
INTERNAL_ERROR = 70


def run(command, directory):
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "TMPDIR": str(directory)})


def check(bug, says, compiler, ingotc, model):
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        result = run([compiler, bug, model], directory)
        last = result.stderr.splitlines()[-1] if result.stderr else ""
        match = re.fullmatch(r"ingot: internal error: (.*); this is a bug in Ingot; reproducer written to `(.*)`", last)
        if result.returncode != INTERNAL_ERROR or not match or match.group(1) != says:
            return f"exit code {result.returncode}, {result.stderr!r}"
        if re.search(r"^\S* error:", result.stderr, re.MULTILINE):
            return f"a bug is not the user's error: {result.stderr!r}"
        if bug == "test-fatal" and "LLVM says: nothing goes any more" not in result.stderr:
            return f"the reason is not said: {result.stderr!r}"
        reproducer = Path(match.group(2))
        written = [path for path in directory.iterdir() if path != reproducer]
        if written or result.stdout:
            return f"{written} was written, {result.stdout!r} printed"
        if bug != OUTSIDE_OF_PASSES:
            again = run([compiler, "opt", str(reproducer), "--run-reproducer"], directory)
            if again.returncode == 0:
                return f"the reproducer does not fail again:\n{reproducer.read_text()}"
        flags = re.search(r"ingotc THIS_FILE (.*)", reproducer.read_text()).group(1).split()
        whole = run([ingotc, str(reproducer), *flags], directory)
        if whole.returncode != 0 or not (directory / "model.o").exists():
            return f"ingotc does not take the reproducer: {whole.stderr!r}"
    return None


def check_refusal(compiler, model):
    """What a pass refuses with a reason is no bug."""
    with tempfile.TemporaryDirectory() as temporary:
        result = run([compiler, "test-refuse", model], Path(temporary))
        if result.returncode != 1 or result.stderr != f"{model}:1:1: error: this model is not liked\n" or os.listdir(temporary):
            return f"exit code {result.returncode}, {result.stderr!r}, {os.listdir(temporary)}"
    return None


def main():
    compiler, ingotc, model = (str(Path(argument).resolve()) for argument in sys.argv[1:4])
    wrong = {bug: check(bug, says, compiler, ingotc, model) for bug, says in BUGS.items()}
    wrong["test-refuse"] = check_refusal(compiler, model)
    for bug, what in wrong.items():
        print(f"{bug}: {what or 'as it must be'}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
