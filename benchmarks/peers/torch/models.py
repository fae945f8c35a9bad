"""The models that are measured, in PyTorch, with the weights and data of models/Data.cpp.

A model has the `inputs` of one batch; called with them it gives its outputs, and `loss()` that of the batch.
"""
import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as functional


def hashed(count, seed):
    """Numbers in [0, 1) by position, the bits of models/Data.cpp."""
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
    """Also of sequences: a dense layer takes any number of dimensions."""

    def __init__(self, batch, steps=()):
        super().__init__()
        self.layers = nn.Sequential(dense(784, 64, 0), nn.ReLU(), dense(64, 64, 2), nn.ReLU(), dense(64, 10, 4))
        self.inputs = (uniform((batch, *steps, 784), 101),)
        self.labels = index((batch, *steps), 102, 10)

    def forward(self, pixels):
        return torch.softmax(self.layers(pixels), -1)

    def loss(self):
        return functional.cross_entropy(self.layers(*self.inputs), self.labels)


class TimeDistributed(MnistMlp):
    def __init__(self, batch):
        super().__init__(batch, (20,))


class NewsPopularity(nn.Module):
    def __init__(self, batch):
        super().__init__()
        self.embedding = nn.Embedding(10000, 512)
        self.embedding.weight.data = weight(10000, 512, 0)
        self.lstm = lstm(512, 32, 1)
        self.hidden = nn.Sequential(dense(37, 64, 4), nn.ReLU(), dense(64, 64, 6), nn.ReLU(), dense(64, 64, 8), nn.ReLU())
        self.main, self.aux = dense(64, 1, 10), dense(32, 1, 12)
        self.inputs = index((batch, 100), 103, 10000), uniform((batch, 5), 104)
        self.popular, self.popular_aux = coin((batch, 1), 105), coin((batch, 1), 106)

    def forward(self, words, facts):
        last = self.lstm(self.embedding(words))[0][:, -1]
        main = torch.sigmoid(self.main(self.hidden(torch.cat([last, facts], 1))))
        return main, torch.sigmoid(self.aux(last))

    def loss(self):
        main, aux = self(*self.inputs)
        return functional.binary_cross_entropy(main, self.popular) + 0.2 * functional.binary_cross_entropy(aux, self.popular_aux)


class TweetPairs(nn.Module):
    def __init__(self, batch):
        super().__init__()
        self.lstm = lstm(256, 64, 0)
        self.predictions = dense(128, 1, 3)
        self.inputs = signed((batch, 140, 256), 107), signed((batch, 140, 256), 108)
        self.same = coin((batch, 1), 109)

    def forward(self, a, b):
        merged = torch.cat([self.lstm(a)[0][:, -1], self.lstm(b)[0][:, -1]], 1)
        return torch.sigmoid(self.predictions(merged))

    def loss(self):
        return functional.binary_cross_entropy(self(*self.inputs), self.same)


CASES = {"mnist_mlp": MnistMlp, "time_distributed": TimeDistributed, "news_popularity": NewsPopularity,
         "tweet_pairs": TweetPairs}
