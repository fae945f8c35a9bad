#!/usr/bin/env python3
"""Training the mnist sample: Ingot beside PyTorch, in turns, one thread on one core.

  compare.py TRAIN_STEP [--passes N] [--seconds S] [--json FILE]

TRAIN_STEP is the program built from train_step.cpp. Prints a table in Markdown.
Minima are the reproducible number on a shared machine; medians stand beside them.
Without PyTorch (Debian: python3-torch) it says so and measures Ingot alone.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

PEER = Path(__file__).parent / "peers" / "torch_mlp.py"


def run(command, core):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment,
                          preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train_step")
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--json", help="write all numbers to this file")
    options = parser.parse_args()

    programs = {"Ingot": [options.train_step, str(options.seconds)]}
    if importlib.util.find_spec("torch"):
        programs["PyTorch eager"] = [sys.executable, str(PEER), str(options.seconds)]
    else:
        print("PyTorch is not installed (python3-torch): Ingot is measured alone\n")

    core = max(os.sched_getaffinity(0))
    passes = {name: [] for name in programs}
    for _ in range(options.passes):
        for name, command in programs.items():
            passes[name].append(run(command, core))

    result = {name: {"minimum": min(one["minimum"] for one in runs),
                     "median": statistics.median(one["median"] for one in runs),
                     "passes": runs} for name, runs in passes.items()}
    print(f"784-64-64-10, batch 256, RMSprop, one thread; {options.passes} interleaved passes of {options.seconds:g} s\n")
    print("| | minimum, us | median, us | minimum / Ingot | median / Ingot |\n|---|---|---|---|---|")
    base = result["Ingot"]
    for name, row in result.items():
        print(f"| {name} | {row['minimum'] * 1e6:.0f} | {row['median'] * 1e6:.0f} "
              f"| {row['minimum'] / base['minimum']:.2f} | {row['median'] / base['median']:.2f} |")
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
