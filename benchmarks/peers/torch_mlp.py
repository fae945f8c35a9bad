#!/usr/bin/env python3
"""The training step of samples/mnist_mlp in PyTorch, eager, one thread.

  torch_mlp.py SECONDS

Same shapes, data and protocol as train_step.cpp; prints the same line of JSON.
"""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional

BATCH, PIXELS, CLASSES = 256, 784, 10


def hashed(count, seed):
    """Numbers in [0, 1) by position, the bits of train_step.cpp."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 40503 + 12345)
        x = (x ^ x >> np.uint32(16)) * np.uint32(0x7FEB352D)
        x = (x ^ x >> np.uint32(15)) * np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(16777216)


def main():
    budget = float(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    pixels = torch.from_numpy(hashed(BATCH * PIXELS, 101).reshape(BATCH, PIXELS))
    labels = torch.from_numpy(np.minimum(CLASSES - 1, (hashed(BATCH, 102) * CLASSES).astype(np.int64)))
    model = nn.Sequential(nn.Linear(PIXELS, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, CLASSES))
    optimizer = torch.optim.RMSprop(model.parameters(), 1e-3, alpha=0.9, eps=1e-7)

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(pixels), labels).backward()
        optimizer.step()

    warm_up, warm = 0, time.perf_counter()
    while warm_up < 3 or time.perf_counter() - warm < 0.3:
        step()
        warm_up += 1
    inner = max(1, math.ceil(2e-3 * warm_up / (time.perf_counter() - warm)))

    times, start = [], time.perf_counter()
    while len(times) < 30 or time.perf_counter() - start < budget:
        begin = time.perf_counter()
        for _ in range(inner):
            step()
        times.append((time.perf_counter() - begin) / inner)
    times.sort()
    print(json.dumps({"median": times[len(times) // 2], "minimum": times[0], "samples": len(times),
                      "version": torch.__version__}))


if __name__ == "__main__":
    main()
