#!/usr/bin/env python3
"""Kills a training process at random moments and starts it again.

  check-resume.py TRAIN MODEL [--kills N] [--seed S]

Trains once without a kill, then again and again with one to three, each at a
random moment of a run; what the last process leaves must be the same bytes.
Prints the seed, which repeats the moments, though not what they hit.
"""
import argparse
import json
import random
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = ["best.safetensors", "final.safetensors", "history.txt"]

# What a checkpoint in the middle of a run has, besides what all have.
NAMES = {
    "digits": {"dense/kernel", "dense_1/bias", "digit/kernel", "/state/optimizer/iterations",
               "/state/digit.bias/momentum"},
    # The names of weights in a model inside of the model are those that they have in it alone.
    "words": {"embedding/embeddings", "dense/kernel", "kind/bias", "/state/embedding.embeddings/last_step",
              "/state/random/key"},
}


def names_in(path):
    content = path.read_bytes()
    length, = struct.unpack_from("<Q", content)
    return set(json.loads(content[8:8 + length]))


class Trainer:
    def __init__(self, program, model):
        self.program, self.model = program, model
        self.kills, self.on_checkpoints = 0, 0

    def start(self, directory):
        return subprocess.Popen([self.program, self.model, directory], stdout=subprocess.PIPE, text=True)

    def finish(self, directory):
        begin = time.monotonic()
        output, _ = self.start(directory).communicate(timeout=300)
        assert output == "done\n", f"a run printed {output!r}"
        return time.monotonic() - begin

    def kill(self, directory, seconds):
        """Kills a run after `seconds`, if it is not done by then."""
        process = self.start(directory)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.kills += 1
        backup = Path(directory, "backup.safetensors")
        if backup.exists():
            self.on_checkpoints += 1
            missing = NAMES[self.model] - names_in(backup)
            assert not missing, f"the checkpoint lacks {missing}"


def results_of(directory):
    left = sorted(path.name for path in Path(directory).iterdir())
    assert left == RESULTS, f"a run left {left}"
    return {name: Path(directory, name).read_bytes() for name in RESULTS}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("model", choices=sorted(NAMES))
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=time.time_ns() % 1000000)
    given = arguments.parse_args()
    print(f"seed {given.seed}", flush=True)
    chance = random.Random(given.seed)
    trainer = Trainer(given.program, given.model)

    with tempfile.TemporaryDirectory() as directory:
        seconds = min(trainer.finish(directory), 30)
        wanted = results_of(directory)
    resumes = 0
    while trainer.kills < given.kills:
        before = trainer.kills
        with tempfile.TemporaryDirectory() as directory:
            for _ in range(chance.randint(1, 3)):
                trainer.kill(directory, chance.uniform(0, seconds))
            # A run may have come to its end before it was killed.
            trainer.finish(directory)
            found = results_of(directory)
            for name in RESULTS:
                assert found[name] == wanted[name], f"{name} differs after {trainer.kills} kills"
        resumes += trainer.kills > before
    assert trainer.on_checkpoints, "no kill left a checkpoint; nothing was resumed"
    epochs = len(wanted["history.txt"].splitlines()[0].split()) - 1
    assert (epochs < 12) == (given.model == "words"), "EarlyStopping is to stop `words` and nothing else"
    print(f"{given.model}: {trainer.kills} kills, {trainer.on_checkpoints} left a checkpoint, {resumes} runs of {epochs} "
          f"epochs ended with the same bytes; one run takes {seconds:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
