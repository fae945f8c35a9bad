#!/usr/bin/env python3
"""Runs a fuzzer over its corpus, and then over what it makes of the tests' own files.

  check-fuzzer.py PROGRAM RUNS CORPUS SEEDS

The corpus has what was once a finding, so all of it is read. Of the seeds RUNS inputs
are made, always the same ones.
"""
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    program, runs, corpus, seeds = sys.argv[1:]
    files = sorted(str(path) for path in Path(corpus).iterdir())
    flags = ["-timeout=120", "-rss_limit_mb=2048", "-verbosity=0"]
    if not files or not any(Path(seeds).iterdir()):
        sys.exit("there are no seeds")
    with tempfile.TemporaryDirectory() as new:
        for command in ([program, *flags, *files],
                        [program, *flags, "-seed=1", f"-runs={runs}", "-max_len=8192", new, seeds]):
            if subprocess.run(command, cwd=new, check=False).returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
