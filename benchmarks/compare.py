#!/usr/bin/env python3
"""Training steps of the samples: Ingot beside PyTorch, in turns, one thread on one core.

  compare.py TRAIN_STEP [--case NAME:BATCH ...] [--passes N] [--seconds S] [--json FILE] [--check]

TRAIN_STEP is the program built from train_step.cpp. Prints a table in Markdown.
Minima are the reproducible number on a shared machine; medians stand beside them.
The losses of the first steps must agree, or the run is worth nothing and fails.
With --check it also fails if a minimum of Ingot's is above PyTorch's.
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

PEER = Path(__file__).parent / "peers" / "torch_train.py"
CASES = ["mnist_mlp:256", "news_popularity:10", "news_popularity:32", "tweet_pairs:10", "tweet_pairs:32"]


def run(command, core):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment,
                          preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    return json.loads(done.stdout)


def summarize(runs):
    return {"minimum": min(one["minimum"] for one in runs),
            "median": statistics.median(one["median"] for one in runs), "passes": runs}


def agree(ours, peers):
    """Are the losses of the first steps equal, but for rounding?"""
    return all(abs(a - b) <= 1e-4 * max(abs(b), 1) for a, b in zip(ours, peers))


def processor():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "an unknown processor"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train_step")
    parser.add_argument("--case", action="append", metavar="NAME:BATCH", help="default: all of " + ", ".join(CASES))
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2, help="of each program in each pass")
    parser.add_argument("--json", help="write all numbers to this file")
    parser.add_argument("--check", action="store_true", help="fail where Ingot is slower")
    options = parser.parse_args()
    cases = options.case or CASES

    programs = {"Ingot": [options.train_step]}
    if importlib.util.find_spec("torch"):
        programs["PyTorch"] = [sys.executable, str(PEER)]
    else:
        print(f"{sys.executable} has no PyTorch (python3-torch): Ingot is measured alone\n")

    core = max(os.sched_getaffinity(0))
    runs = {case: {name: [] for name in programs} for case in cases}
    for _ in range(options.passes):
        for case in cases:
            for name, command in programs.items():
                runs[case][name].append(run([*command, *case.split(":"), str(options.seconds)], core))
    result = {case: {name: summarize(passes) for name, passes in of_case.items()} for case, of_case in runs.items()}
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n")

    print(f"One thread of {processor()}; {options.passes} interleaved passes of {options.seconds:g} s a program.")
    for peer in [runs[cases[0]]["PyTorch"][0]] if "PyTorch" in programs else []:
        print(f"PyTorch {peer['version']}, eager, products by {peer['blas']}.")
    print("\n| case | batch | Ingot, ms: minimum (median) | PyTorch, ms: minimum (median) | ratio of minima (medians) |\n"
          "|---|---|---|---|---|")
    wrong, slower = [], []
    for case, row in result.items():
        name, batch = case.split(":")
        ours, peer = row["Ingot"], row.get("PyTorch")
        cells = [name, batch, f"{ours['minimum'] * 1e3:.3g} ({ours['median'] * 1e3:.3g})", "", ""]
        if peer:
            cells[3] = f"{peer['minimum'] * 1e3:.3g} ({peer['median'] * 1e3:.3g})"
            cells[4] = f"{peer['minimum'] / ours['minimum']:.2f} ({peer['median'] / ours['median']:.2f})"
            if not agree(ours["passes"][0]["losses"], peer["passes"][0]["losses"]):
                wrong.append(case)
            if ours["minimum"] > peer["minimum"]:
                slower.append(case)
        print("| " + " | ".join(cells) + " |")
    for case in wrong:
        losses = {name: result[case][name]["passes"][0]["losses"] for name in programs}
        print(f"error: {case}: the first losses differ: {losses}", file=sys.stderr)
    if options.check:
        for case in slower:
            print(f"error: {case}: slower than PyTorch", file=sys.stderr)
    sys.exit(bool(wrong or (options.check and slower)))


if __name__ == "__main__":
    main()
