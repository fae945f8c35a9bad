#!/usr/bin/env python3
"""Runs a sample that trains and checks its lines of progress.

  check-training.py [--fall PART] [--right PERCENT] [--differ MOST] [--same-with ARGUMENT]
                    --epochs N --keys KEY,... -- APP ARGUMENT...

Every epoch reports exactly KEYS, in this order, and all values are finite.
--fall: the last `loss` is at most that part of the first; --right: of what the
program predicts, at least so much is right by its own last line, which says
"... N of M right"; --differ: it prints "... differ ... by at most X", and X is
at most MOST; --same-with: with that argument in addition, all values are the
same.
"""
import argparse
import math
import re
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--keys", required=True)
parser.add_argument("--fall", type=float)
parser.add_argument("--right", type=float)
parser.add_argument("--differ", type=float)
parser.add_argument("--same-with")
parser.add_argument("command", nargs="+")
arguments = parser.parse_args()

NUMBER = re.compile(r" - (\w+): (\S+)")


def run(*more):
    """What the program prints, and the values of each epoch by name."""
    done = subprocess.run([*arguments.command, *more], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    print(done.stdout, done.stderr, flush=True)
    if done.returncode != 0:
        sys.exit(f"error: exit code {done.returncode}")
    return done.stdout, [NUMBER.findall(line) for line in done.stdout.splitlines() if line.startswith("Epoch ")]


printed, epochs = run()
if len(epochs) != arguments.epochs:
    sys.exit(f"error: {len(epochs)} lines of progress for {arguments.epochs} epochs")
for number, epoch in enumerate(epochs, 1):
    keys = ",".join(key for key, _ in epoch)
    if keys != arguments.keys:
        sys.exit(f"error: epoch {number} reports {keys}; wanted {arguments.keys}")
    for key, value in epoch:
        if not math.isfinite(float(value)):
            sys.exit(f"error: `{key}` of epoch {number} is {value}")

first, last = (float(dict(epoch)["loss"]) for epoch in (epochs[0], epochs[-1]))
if arguments.fall is not None and not last <= arguments.fall * first:
    sys.exit(f"error: the loss goes from {first} to {last}; must fall to {arguments.fall} of it")
if arguments.right is not None:
    match = re.search(r" (\d+) of (\d+) right$", printed.rstrip())
    if not match:
        sys.exit("error: the last line does not say how many are right")
    right, samples = map(int, match.groups())
    if 100 * right < arguments.right * samples:
        sys.exit(f"error: {right} of {samples} are right; wanted {arguments.right} %")
if arguments.differ is not None:
    match = re.search(r" differ .* by at most (\S+)$", printed, re.MULTILINE)
    if not match or not float(match.group(1)) <= arguments.differ:
        sys.exit(f"error: what is compared must be printed and differ by at most {arguments.differ}")
if arguments.same_with and run(arguments.same_with)[1] != epochs:
    sys.exit(f"error: with {arguments.same_with} the values differ")
