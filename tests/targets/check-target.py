#!/usr/bin/env python3
"""Trains a model on a machine, and compares with what x86-64 makes of it.

  check-target.py MODEL MACHINE --recorder FILE --include DIR [--images DIR] SCRATCH_DIR

Portable numerics: each loss and the weights at the end are the same bits. Native
numerics: the first ten losses within 1e-4 of theirs, the mean of the last ten
within 2 %. Exits with 77 if an emulator is not there.
"""
import argparse
import gzip
import struct
import subprocess
import sys
from pathlib import Path

from machines import HERE, MACHINES, link, missing, run

USUAL_STEPS = {"mlp": 200, "pairs": 50}
BATCH = {"mlp": 8, "pairs": 8}

parser = argparse.ArgumentParser()
parser.add_argument("model", choices=USUAL_STEPS)
parser.add_argument("machine", choices=MACHINES)
parser.add_argument("--recorder", required=True)
parser.add_argument("--include", required=True)
parser.add_argument("--images", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
parser.add_argument("scratch", type=Path)
arguments = parser.parse_args()
machine = MACHINES[arguments.machine]
steps = (machine.steps or {}).get(arguments.model, USUAL_STEPS[arguments.model])


def succeed(what, command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"error: {what} failed\n{' '.join(map(str, command))}\n{done.stdout}")


def unpack(name, header, folder):
    """A file of the data set without its header."""
    with gzip.open(arguments.images / name) as file:
        (folder / name.split("-")[1]).write_bytes(file.read()[header:])


def train(name, numerics):
    """Losses as they are and as floats, and the hash of the weights."""
    on, folder = MACHINES[name], arguments.scratch / f"{name}-{numerics}"
    folder.mkdir(parents=True, exist_ok=True)
    model = arguments.model
    succeed("the recorder", [arguments.recorder, *on.compiler, f"--numerics={numerics}", f"--max-batch={BATCH[model]}",
                             "--entries=init,train_step", f"--prefix={model}", "--emit=obj,header", "-o", folder])
    flags = [f"-DSTEPS={steps}", f"-I{folder}", f"-I{arguments.include}", f"--embed-dir={arguments.scratch}"]
    program = folder / "program"
    succeed("clang", link(on, flags, [HERE / f"programs/{model}.c"], folder / f"{model}.o", program))
    status, output, errors = run(on, program)
    lines = [line.split() for line in output.splitlines()]
    losses = [bits for word, bits in lines if word == "loss"]
    weights = [bits for word, bits in lines if word == "weights"]
    if status or len(losses) != steps or len(weights) != 1:
        sys.exit(f"error: {model} on {name} ended with {status} after {len(losses)} of {steps} steps\n{output[-500:]}{errors}")
    return losses, [struct.unpack(">f", bytes.fromhex(bits))[0] for bits in losses], weights[0]


if absent := missing(machine):
    print(f"SKIPPED: needs `{'` and `'.join(absent)}`")
    sys.exit(77)
if arguments.model == "mlp":
    arguments.scratch.mkdir(parents=True, exist_ok=True)
    unpack("train-images-idx3-ubyte.gz", 16, arguments.scratch)
    unpack("train-labels-idx1-ubyte.gz", 8, arguments.scratch)

failures = []
wanted, values, weights = train("x86-64", "portable")
if not values[-1] < values[0] or sum(values[-10:]) > 0.9 * sum(values[:10]):
    failures.append(f"it does not learn: {values[:10]} ... {values[-10:]}")
got, _, got_weights = train(arguments.machine, "portable")
for step, (one, other) in enumerate(zip(got, wanted)):
    if one != other:
        failures.append(f"portable: loss {step} is {one}, on x86-64 {other}")
        break
if got_weights != weights:
    failures.append(f"portable: the weights' hash is {got_weights}, on x86-64 {weights}")

_, wanted, _ = train("x86-64", "native")
_, got, _ = train(arguments.machine, "native")
worst = max(abs(one - other) / abs(other) for one, other in zip(got[:10], wanted[:10]))
mean = abs(sum(got[-10:]) - sum(wanted[-10:])) / sum(wanted[-10:])
print(f"{steps} steps; portable losses {values[0]:.6f} ... {values[-1]:.6f}, weights {got_weights}; "
      f"native: first ten differ by {worst:.1e}, the mean of the last ten by {mean:.1e}")
if worst > 1e-4:
    failures.append(f"native: the first ten losses differ by up to {worst}")
if mean > 0.02:
    failures.append(f"native: the mean of the last ten losses differs by {mean}")
sys.exit("error: " + "\n".join(failures) if failures else 0)
