#!/usr/bin/env python3
"""Training steps on a table of 1,000,000 rows beside one of 10,000, in turns, one thread on one core.

  vocabulary.py VOCABULARY_STEPS [--passes N] [--seconds S] [--check]

VOCABULARY_STEPS is built from tests/object/vocabulary. Tables are 64 wide; a batch is
32 times 20 indices, in [0, 10,000) on either table, or on all of the large one. With
--check it fails if the same indices take more than 1.1 times as long there, or
indices from all of it more than 2 times. Prints a table in Markdown.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

CASES = {"10,000 rows": ("10k", 10_000), "1,000,000 rows, the same indices": ("1m", 10_000),
         "1,000,000 rows, indices of all": ("1m", 1_000_000)}
LIMITS = {"1,000,000 rows, the same indices": 1.1, "1,000,000 rows, indices of all": 2}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", metavar="VOCABULARY_STEPS")
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1, help="of each case in each pass")
    parser.add_argument("--check", action="store_true", help="fail where a limit does not hold")
    options = parser.parse_args()
    core = min(os.sched_getaffinity(0))
    runs = {name: [] for name in CASES}
    for _ in range(options.passes):
        for name, (table, rows) in CASES.items():
            done = subprocess.run([options.steps, table, str(rows), "256", str(options.seconds)], check=True,
                                  stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
            runs[name].append(json.loads(done.stdout))

    minimum = {name: min(one["minimum"] for one in runs[name]) for name in CASES}
    base = next(iter(CASES))
    print("| a training step | minimum, us | median, us | ratio of minima |\n|---|---|---|---|")
    for name in CASES:
        median = statistics.median(one["median"] for one in runs[name])
        print(f"| {name} | {minimum[name] * 1e6:.1f} | {median * 1e6:.1f} | {minimum[name] / minimum[base]:.2f} |")
    slow = [name for name, limit in LIMITS.items() if minimum[name] > limit * minimum[base]]
    if options.check and slow:
        sys.exit("error: too slow: " + "; ".join(slow))


if __name__ == "__main__":
    main()
