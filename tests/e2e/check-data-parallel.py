#!/usr/bin/env python3
"""Compares replicas in threads with one replica: the data_parallel sample.

  check-data-parallel.py APP EPOCHS TOLERANCE REPLICAS...

The losses of every epoch differ by rounding alone, which a wrong weight of a
share or a step that one replica missed would exceed a hundred times.
"""
import re
import subprocess
import sys

app, epochs, tolerance, counts = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
LINE = re.compile(r"^epoch +(\d+) +([\d.]+) +([\d.]+) +([-+\d.e]+)$", re.MULTILINE)

passed = True
for replicas in counts:
    done = subprocess.run([app, "--epochs", str(epochs), "--replicas", replicas], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    lines = LINE.findall(done.stdout)
    if len(lines) != epochs:
        sys.exit(f"error: {len(lines)} lines for {epochs} epochs\n{done.stdout}")
    losses = [(float(one), float(several)) for _, one, several, _ in lines]
    difference = max(abs(one - several) for one, several in losses)
    print(f"{replicas} replicas: loss {losses[0][0]} to {losses[-1][0]}, largest difference {difference:.1e}, "
          f"at most {tolerance:.0e}", flush=True)
    passed &= difference <= tolerance and losses[-1][0] < 0.9 * losses[0][0]
sys.exit(0 if passed else 1)
