#!/usr/bin/env python3
"""One training step of a sample in PyTorch, eager, one thread.

  torch_train.py CASE BATCH SECONDS

The models of Cases.cpp, with the weights, data and protocol of train_step.cpp;
prints the same line of JSON. The losses come from steps of Keras' RMSprop, which
takes the root of v + epsilon; the times are those of torch.optim.RMSprop, which
adds epsilon to the root. Both cost the same.
"""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional


def hashed(count, seed):
    """Numbers in [0, 1) by position, the bits of train_step.cpp."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 40503 + 12345)
        x = (x ^ x >> np.uint32(16)) * np.uint32(0x7FEB352D)
        x = (x ^ x >> np.uint32(15)) * np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) / np.float32(16777216)


def uniform(shape, seed):
    return torch.from_numpy(hashed(math.prod(shape), seed).reshape(shape))


def signed(shape, seed):
    return 2 * uniform(shape, seed) - 1


def coin(shape, seed):
    return (uniform(shape, seed) > 0.5).float()


def index(shape, seed, bound):
    return (uniform(shape, seed) * bound).to(torch.int64)


def weight(rows, columns, number):
    """Variable `number` of the model, counted from 0 in the order of its weights."""
    return signed((rows, columns), number + 1) * np.float32(math.sqrt(6 / (rows + columns)))


def dense(inputs, outputs, number):
    layer = nn.Linear(inputs, outputs)
    layer.weight.data = weight(inputs, outputs, number).T.contiguous()
    layer.bias.data.zero_()
    return layer


def lstm(inputs, units, number):
    layer = nn.LSTM(inputs, units, batch_first=True)
    layer.weight_ih_l0.data = weight(inputs, 4 * units, number).T.contiguous()
    layer.weight_hh_l0.data = weight(units, 4 * units, number + 1).T.contiguous()
    layer.bias_ih_l0.data.zero_()
    layer.bias_ih_l0.data[units:2 * units] = 1
    layer.bias_hh_l0.data.zero_()
    return layer


class MnistMlp(nn.Module):
    def __init__(self, batch):
        super().__init__()
        self.layers = nn.Sequential(dense(784, 64, 0), nn.ReLU(), dense(64, 64, 2), nn.ReLU(), dense(64, 10, 4))
        self.pixels = uniform((batch, 784), 101)
        self.labels = index((batch,), 102, 10)

    def loss(self):
        return functional.cross_entropy(self.layers(self.pixels), self.labels)


class NewsPopularity(nn.Module):
    def __init__(self, batch):
        super().__init__()
        self.embedding = nn.Embedding(10000, 512)
        self.embedding.weight.data = weight(10000, 512, 0)
        self.lstm = lstm(512, 32, 1)
        self.hidden = nn.Sequential(dense(37, 64, 4), nn.ReLU(), dense(64, 64, 6), nn.ReLU(), dense(64, 64, 8), nn.ReLU())
        self.main, self.aux = dense(64, 1, 10), dense(32, 1, 12)
        self.words, self.facts = index((batch, 100), 103, 10000), uniform((batch, 5), 104)
        self.popular, self.popular_aux = coin((batch, 1), 105), coin((batch, 1), 106)

    def loss(self):
        last = self.lstm(self.embedding(self.words))[0][:, -1]
        aux = torch.sigmoid(self.aux(last))
        main = torch.sigmoid(self.main(self.hidden(torch.cat([last, self.facts], 1))))
        return functional.binary_cross_entropy(main, self.popular) + 0.2 * functional.binary_cross_entropy(aux, self.popular_aux)


class TweetPairs(nn.Module):
    def __init__(self, batch):
        super().__init__()
        self.lstm = lstm(256, 64, 0)
        self.predictions = dense(128, 1, 3)
        self.a, self.b = signed((batch, 140, 256), 107), signed((batch, 140, 256), 108)
        self.same = coin((batch, 1), 109)

    def loss(self):
        merged = torch.cat([self.lstm(self.a)[0][:, -1], self.lstm(self.b)[0][:, -1]], 1)
        return functional.binary_cross_entropy(torch.sigmoid(self.predictions(merged)), self.same)


CASES = {"mnist_mlp": MnistMlp, "news_popularity": NewsPopularity, "tweet_pairs": TweetPairs}


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


def blas():
    """The library that multiplies, by the files that this process has mapped."""
    with open("/proc/self/maps") as maps:
        text = maps.read()
    return next((name for name in ("openblas", "mkl") if name in text), "reference BLAS")


def main():
    name, batch, budget = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model = CASES[name](batch)
    losses = first_losses(model, 5)
    optimizer = torch.optim.RMSprop(model.parameters(), 1e-3, alpha=0.9, eps=1e-7)

    def step():
        optimizer.zero_grad(set_to_none=True)
        model.loss().backward()
        optimizer.step()

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
    print(json.dumps({"losses": losses, "median": times[len(times) // 2], "minimum": times[0], "samples": len(times),
                      "version": torch.__version__, "blas": blas()}))


if __name__ == "__main__":
    main()
