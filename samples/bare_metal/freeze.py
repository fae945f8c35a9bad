#!/usr/bin/env python3
"""Makes of the weights that train.elf saved a file that can be frozen into an object.

  freeze.py GENERATED_HEADER WEIGHTS_BIN RESULT_SAFETENSORS

The header says where in the block each weight is:
  #define GARMENTS_DENSE_1_KERNEL_OFFSET       200960 /* (64, 64) */
"""
import json
import math
import re
import struct
import sys
from pathlib import Path

header, block = Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_bytes()
prefix = re.search(r"^#define (\w+)_PARAMS_BYTES\b", header, re.M)[1]
OFFSET = re.compile(rf"^#define {prefix}_(\w+)_(KERNEL|BIAS)_OFFSET +(\d+) /\* \(([\d, ]+)\)", re.M)

tensors, data = {}, b""
for layer, weight, offset, shape in OFFSET.findall(header):
    shape = [int(extent) for extent in shape.split(",")]
    size = 4 * math.prod(shape)
    tensors[f"{layer}/{weight}".lower()] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + size]}
    data += block[int(offset):int(offset) + size]
description = json.dumps(tensors, separators=(",", ":")).encode()
description += b" " * (-len(description) % 8)
Path(sys.argv[3]).write_bytes(struct.pack("<Q", len(description)) + description + data)
