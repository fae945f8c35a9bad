#!/usr/bin/env python3
"""Images of Fashion-MNIST at half their width and height: images.py FOLDER RESULT"""
import gzip
import sys
from pathlib import Path

TRAIN, TEST = 1600, 200  # of images.h
folder, result = Path(sys.argv[1]), Path(sys.argv[2])


def read(name, header, count, size):
    """`count` records of `size` bytes behind the header."""
    with gzip.open(folder / f"{name}-ubyte.gz") as file:
        return file.read(header + count * size)[header:]


def halved(image):
    """14 rows of 14 pixels, each the mean of four."""
    return bytes(sum(image[28 * row + column + offset] for offset in (0, 1, 28, 29)) // 4
                 for row in range(0, 28, 2) for column in range(0, 28, 2))


def records(name, count):
    labels, pixels = read(f"{name}-labels-idx1", 8, count, 1), read(f"{name}-images-idx3", 16, count, 784)
    return b"".join(labels[i:i + 1] + halved(pixels[784 * i:784 * (i + 1)]) for i in range(count))


result.write_bytes(records("train", TRAIN) + records("t10k", TEST))
