#!/usr/bin/env python3
"""Cuts the tests' own IR and models into seeds for the fuzzers.

  make-seeds.py TESTS INGOTC OUT

Every piece of a .mlir below TESTS/lit becomes a file of OUT/ir without comments,
every model.json below TESTS/reference one of OUT/keras, if they are small; and what
the first stages of these models are becomes a file of OUT/ir.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

LARGEST = 4096
LARGEST_STAGE = 8192


def pieces(path):
    for piece in re.split(r"^// -----.*$|^//--- .*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        text = re.sub(r"^\s*//.*\n", "", piece, flags=re.MULTILINE).strip()
        if "ingot" in text or "func" in text:
            yield text + "\n"


def add_stages(ingotc, model, out):
    for stage in ("ingot", "train"):
        command = [ingotc, model, f"--compile={model.parent / 'case.json'}", f"--emit={stage}", "--max-batch=4"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode == 0 and len(result.stdout) <= LARGEST_STAGE:
            (out / f"{stage}-{model.parent.name}").write_text(result.stdout, encoding="utf-8")


def main():
    tests, ingotc, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    for folder in ("ir", "keras"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for path in sorted(tests.glob("lit/**/*.mlir")) + sorted(tests.glob("errors/ir/*.mlir")):
        for number, text in enumerate(pieces(path)):
            if len(text) <= LARGEST:
                (out / "ir" / f"{path.parent.name}-{path.stem}-{number}").write_text(text, encoding="utf-8")
    for path in sorted(tests.glob("reference/*/model.json")):
        text = json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"))
        if len(text) <= LARGEST:
            (out / "keras" / path.parent.name).write_text(text, encoding="utf-8")
            add_stages(ingotc, path, out / "ir")


if __name__ == "__main__":
    main()
