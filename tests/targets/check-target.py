#!/usr/bin/env python3
"""Trains a model on a machine, and compares with what x86-64 makes of it.

  check-target.py MODEL MACHINE --recorder FILE --include DIR [--form c | --optimize-for NAMES] [--images DIR] SCRATCH_DIR

What the reference prints is kept in SCRATCH_DIR. Portable numerics: each loss, and
every fifty steps weights, slots and predictions, are the same bits. Native numerics:
the first ten losses within 1e-4 of theirs, the mean of the last ten within 2 %. A
machine that does fewer steps is compared as far. With `--form c` the model is in C,
which gcc compiles for the machine, and its numerics are portable. So they are with
`--optimize-for`, instead of what the machine usually gets; batches then are worth
slices, and the reference is made for them. Exits with 77 if an emulator or that gcc
is not there.
"""
import argparse
import gzip
import json
import resource
import struct
import subprocess
import sys
from pathlib import Path

from machines import HERE, MACHINES, REFERENCE, compile_c, link, missing, run

USUAL_STEPS = {"mlp": 200, "pairs": 50}
STEPS_OF_VARIANTS = 50
BATCH = 8
# Ten slices a step, the last one shorter.
LARGE_BATCH, LARGE_STEPS = 77, 5

parser = argparse.ArgumentParser()
parser.add_argument("model", choices=USUAL_STEPS)
parser.add_argument("machine", choices=MACHINES)
parser.add_argument("--recorder", required=True)
parser.add_argument("--include", required=True)
parser.add_argument("--form", choices=["obj", "c"], default="obj")
parser.add_argument("--optimize-for")
parser.add_argument("--images", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
parser.add_argument("scratch", type=Path)
arguments = parser.parse_args()
model, machine = arguments.model, MACHINES[arguments.machine]
form, is_c = arguments.form, arguments.form == "c"
aim = arguments.optimize_for
is_variant = is_c or bool(aim)
steps = LARGE_STEPS if aim else STEPS_OF_VARIANTS if is_c else (machine.steps or {}).get(model, USUAL_STEPS[model])
batch = LARGE_BATCH if aim else BATCH
folder = arguments.scratch / "-".join([arguments.machine, *(["c"] if is_c else []), *(aim.split(",") if aim else [])])


def succeed(what, command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"error: {what} failed\n{' '.join(map(str, command))}\n{done.stdout}")


def unpack(name, header):
    """A file of the data set without its header."""
    with gzip.open(arguments.images / name) as file:
        (folder / name.split("-")[1]).write_bytes(file.read()[header:])


def seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def train(numerics, name=arguments.machine, aim=aim):
    """What the program prints: words, each with 32 bits."""
    machine, built = MACHINES[name], folder / (numerics if name == arguments.machine else name)
    built.mkdir(parents=True, exist_ok=True)
    start = seconds()
    target = [] if is_c else [f"--target={name}"]
    flags = [f"--optimize-for={aim}"] if aim else machine.flags
    succeed("the recorder", [arguments.recorder, *target, *flags, f"--numerics={numerics}", f"--max-batch={batch}",
                             "--entries=init,predict,train_step", f"--prefix={model}", f"--emit={form},header", "-o", built])
    if is_c:
        succeed("gcc", compile_c(machine, [f"-I{arguments.include}"], built / f"{model}.c", built / f"{model}.o"))
    flags = [f"-DSTEPS={steps}", f"-I{built}", f"-I{arguments.include}", f"--embed-dir={folder}"]
    if batch != BATCH:
        flags += [f"-DBATCH={batch}", f"-DHASHED={steps}"]
    program = built / "program"
    succeed("clang", link(machine, flags, [HERE / f"programs/{model}.c"], built / f"{model}.o", program))
    linked = seconds()
    status, output, errors = run(machine, program)
    lines = [line.split() for line in output.splitlines()]
    count = sum(word == "loss" for word, _ in lines)
    if status or count != steps:
        sys.exit(f"error: {model} on {name} ended with {status} after {count} of {steps} steps\n{output[-500:]}{errors}")
    print(f"{name}, {numerics}: {linked - start:.1f} s to build, {seconds() - linked:.1f} s for {steps} steps")
    return lines


def losses_of(lines):
    return [struct.unpack(">f", bytes.fromhex(bits))[0] for word, bits in lines if word == "loss"]


if absent := missing(machine, with_gcc=is_c):
    print(f"SKIPPED: needs `{'` and `'.join(absent)}`")
    sys.exit(77)
folder.mkdir(parents=True, exist_ok=True)
if model == "mlp":
    unpack("train-images-idx3-ubyte.gz", 16)
    unpack("train-labels-idx1-ubyte.gz", 8)

got = {numerics: train(numerics) for numerics in (["portable"] if is_variant else ["portable", "native"])}
kept = arguments.scratch / "reference.json"
if arguments.machine == REFERENCE:
    values = losses_of(got["portable"])
    print(f"losses {values[0]:.6f} ... {values[-1]:.6f}")
    if sum(values[-10:]) > 0.9 * sum(values[:10]):
        sys.exit(f"error: it does not learn: {values}")
    kept.write_text(json.dumps(got))
    sys.exit(0)

reference = {"portable": train("portable", REFERENCE, None)} if aim else json.loads(kept.read_text())
failures = []
for number, (one, other) in enumerate(zip(got["portable"], reference["portable"])):
    if one != other:
        failures.append(f"portable: line {number} is `{' '.join(one)}`, on {REFERENCE} `{' '.join(other)}`")
        break

print(f"portable: {len(got['portable'])} numbers compared")

if not is_variant:
    native, wanted = losses_of(got["native"]), losses_of(reference["native"])[:steps]
    worst = max(abs(one - other) / abs(other) for one, other in zip(native[:10], wanted[:10]))
    mean = abs(sum(native[-10:]) - sum(wanted[-10:])) / sum(wanted[-10:])
    print(f"native: first ten losses differ by {worst:.1e}, the mean of the last ten by {mean:.1e}")
    if worst > 1e-4:
        failures.append(f"native: the first ten losses differ by up to {worst}")
    if mean > 0.02:
        failures.append(f"native: the mean of the last ten losses differs by {mean}")
sys.exit("error: " + "\n".join(failures) if failures else 0)
