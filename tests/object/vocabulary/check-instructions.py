#!/usr/bin/env python3
"""A training step executes as many instructions on a table of 1,000,000 rows as on one of 10,000.

  check-instructions.py VALGRIND VOCABULARY_STEPS

Callgrind counts what `train_step` and what it calls execute, on the same indices.
"""
import re
import subprocess
import sys

valgrind, program = sys.argv[1:]
STEPS = "4"


def instructions(vocabulary):
    done = subprocess.run([valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           f"--toggle-collect=vocabulary_{vocabulary}_train_step", program, vocabulary, "10000", STEPS],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"error: valgrind ended with {done.returncode}:\n{done.stdout}")
    return int(re.search(r"Collected : (\d+)", done.stdout).group(1))


small, large = instructions("10k"), instructions("1m")
print(f"{small} instructions in {STEPS} steps on 10,000 rows, {large} on 1,000,000")
# Fewer than these would not be a step: 640 rows of 64 numbers are read and written.
if small < 640 * 64:
    sys.exit("error: that is no training step")
if abs(large - small) > 0.01 * small:
    sys.exit("error: they differ by more than 1 %")
