#!/usr/bin/env python3
"""Runs a fuzzer once over its corpus and what it makes of it.

  check-fuzzer.py CORPUS PROGRAM FLAG...

libFuzzer writes new inputs into the first directory that it is given, so it is
given one that goes away. An input that fails stays in the current directory.
"""
import os
import subprocess
import sys
import tempfile


def main():
    corpus, program, *flags = sys.argv[1:]
    if not os.listdir(corpus):
        sys.exit(f"{corpus} is empty; a fuzzer without seeds finds nothing")
    with tempfile.TemporaryDirectory() as new:
        return subprocess.run([program, *flags, new, corpus]).returncode


if __name__ == "__main__":
    sys.exit(main())
