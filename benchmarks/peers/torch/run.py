#!/usr/bin/env python3
"""A model in PyTorch, eager, one thread, called and timed.

  run.py CASE train|predict BATCH SECONDS

Takes part in the protocol of models/Measure.h. The losses come from steps of Keras'
RMSprop, which takes the root of v + epsilon; the times are those of
torch.optim.RMSprop, which adds epsilon to the root. Both cost the same.
"""
import json
import math
import sys
import time

import torch

from models import CASES


def first_losses(model, count):
    """As Keras trains. Its LSTM has one bias, so the second here is left alone."""
    parameters = [one for name, one in model.named_parameters() if "bias_hh" not in name]
    slots = [torch.zeros_like(one) for one in parameters]
    losses = []
    for _ in range(count):
        loss = model.loss()
        losses.append(loss.item())
        for one, slot, gradient in zip(parameters, slots, torch.autograd.grad(loss, parameters)):
            slot.mul_(0.9).add_(gradient * gradient * 0.1)
            one.data -= 1e-3 * gradient / (slot + 1e-7).sqrt()
    return losses


def training(model):
    """One step of training, and what it is compared by."""
    compared = {"losses": first_losses(model, 5)}
    optimizer = torch.optim.RMSprop(model.parameters(), 1e-3, alpha=0.9, eps=1e-7)

    def step():
        optimizer.zero_grad(set_to_none=True)
        model.loss().backward()
        optimizer.step()

    return step, compared


def prediction(model):
    model.eval()

    def step():
        with torch.inference_mode():
            return model(*model.inputs)

    outputs = step()
    outputs = [one.flatten() for one in (outputs if isinstance(outputs, tuple) else (outputs,))]
    shown = [min(16, len(one)) for one in outputs]  # as Result::addOutput
    return step, {"outputs": [one[i * len(one) // n].item() for one, n in zip(outputs, shown) for i in range(n)]}


def measure(step, budget):
    warm_up, warm = 0, time.perf_counter()
    while warm_up < 3 or time.perf_counter() - warm < 0.3:
        step()
        warm_up += 1
    inner = max(1, math.ceil(2e-3 * warm_up / (time.perf_counter() - warm)))

    times, start = [], time.perf_counter()
    while len(times) < 10 or time.perf_counter() - start < budget:
        begin = time.perf_counter()
        for _ in range(inner):
            step()
        times.append((time.perf_counter() - begin) / inner)
    times.sort()
    return {"median": times[len(times) // 2], "minimum": times[0], "samples": len(times)}


def blas():
    """The library that multiplies, by the files that this process has mapped."""
    with open("/proc/self/maps") as maps:
        text = maps.read()
    return next((name for name in ("openblas", "mkl") if name in text), "reference BLAS")


def main():
    name, mode, batch, budget = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    step, compared = {"train": training, "predict": prediction}[mode](CASES[name](batch))
    measured = measure(step, budget)
    print(json.dumps({**compared, **measured, "version": f"{torch.__version__}, eager, products by {blas()}"}))


if __name__ == "__main__":
    main()
