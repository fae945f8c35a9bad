#!/usr/bin/env python3
"""Training steps and kernels execute no more instructions than they did.

  check-instructions.py VALGRIND INSTRUCTION_STEPS [--update]

Callgrind counts what one training step of a sample executes, all of it and in single
kernels, and counts.json has what it was: 3 % more is a regression. Objects are for one
target whatever this machine is, so the numbers hold on any. With --update the file gets
the numbers of today: after a change that makes code faster, or is worth its price.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COUNTS = Path(__file__).parent / "counts.json"
LIMIT = 0.03
# Functions that are counted with all that they call, by sample. A kernel is one by its form and
# shape; what else is in its name may change. An emulated fused multiply-add is slow, so the
# recurrent sample has a small batch.
CASES = {
    "mnist": {"mnist, training step of 256": "mnist_train_step",
              "product NN (256, 64, 784)": "ingot_kernel_nn_d256x64x784",
              "product TN (784, 64, 256)": "ingot_kernel_tn_784x64xd256",
              "product NT (256, 64, 64)": "ingot_kernel_nt_d256x64x64"},
    "tweet_pairs": {"tweet_pairs, training step of 2": "tweet_pairs_train_step"},
    "classes": {"softmax of 1000 classes, training step of 32": "classes_train_step"},
}


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"error: `{command[0]}` has ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def count(valgrind, program, sample):
    """Instructions of one step, by function, callees included."""
    with tempfile.NamedTemporaryFile() as file:
        run([valgrind, "--tool=callgrind", f"--callgrind-out-file={file.name}", f"--toggle-collect={sample}_train_step",
             program, sample])
        text = run([Path(valgrind).with_name("callgrind_annotate"), "--inclusive=yes", "--threshold=100", file.name])
    functions = {}
    for number, name in re.findall(r"^ *([\d,]+) \([^)]*\)  \S*:(\w+)(?= |$)", text, re.MULTILINE):
        functions[name] = int(number.replace(",", ""))
    return functions


def counts_of_today(valgrind, program):
    found = {}
    for sample, names in CASES.items():
        functions = count(valgrind, program, sample)
        for title, start in names.items():
            # With what a kernel does behind its product, or without.
            matching = [number for name, number in functions.items() if re.fullmatch(rf"{start}(_\w+)?", name)
                        and not name.endswith("_body")]
            if len(matching) != 1:
                sys.exit(f"error: `{sample}_train_step` calls {len(matching)} functions `{start}...`; must call 1; it calls "
                         + ", ".join(sorted(functions)))
            found[title] = matching[0]
    return found


def main():
    valgrind, program = sys.argv[1:3]
    counts = counts_of_today(valgrind, program)
    if sys.argv[3:] == ["--update"]:
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n")
        return
    before = json.loads(COUNTS.read_text())
    worse = False
    for name, now in counts.items():
        change = now / before[name] - 1
        worse |= change > LIMIT
        note = ("error: a regression" if change > LIMIT else
                "faster: `cmake --build BUILD --target update-instructions` writes it down" if change < -LIMIT else "")
        print(f"{name}: {now} instructions, {change * 100:+.1f} % of {before[name]}  {note}".rstrip())
    sys.exit(worse)


if __name__ == "__main__":
    main()
