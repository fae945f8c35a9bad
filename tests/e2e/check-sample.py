#!/usr/bin/env python3
"""Trains the mnist sample on Fashion-MNIST and checks where it arrives.

  check-sample.py APP EPOCHS SEED...

The bands for ten epochs are those in which Keras itself ends, whatever the seed;
one or two epochs only have to be well on the way.
"""
import re
import subprocess
import sys

app, epochs, seeds = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
NUMBER = re.compile(r" - (\w+): ([-+0-9.einfa]+)")


def train(seed):
    """The metrics of each epoch, by name."""
    done = subprocess.run([app, "--epochs", str(epochs), "--seed", seed], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("Epoch ")]
    if len(lines) != epochs:
        sys.exit(f"error: {len(lines)} lines of progress for {epochs} epochs\n{done.stdout}")
    return [{name: float(value) for name, value in NUMBER.findall(line)} for line in lines]


def check(seed, what, value, low, high):
    print(f"seed {seed}: {what} {value:.4f}, wanted {low} to {high}", flush=True)
    return low <= value <= high


passed = True
for seed in seeds:
    history = train(seed)
    last = history[-1]
    best = max(epoch["val_accuracy"] for epoch in history)
    if epochs == 10:
        passed &= check(seed, "training accuracy", last["accuracy"], 0.885, 0.898)
        passed &= check(seed, "training loss", last["loss"], 0.28, 0.31)
        passed &= check(seed, "best validation accuracy", best, 0.855, 1)
    else:
        passed &= check(seed, "validation accuracy", best, 0.79, 1)
        passed &= check(seed, "last loss over first", last["loss"] / history[0]["loss"], 0, 0.95 if epochs > 1 else 1)
sys.exit(0 if passed else 1)
