#!/usr/bin/env python3
"""Writes the models of peers/torch as ONNX, for the inference of one batch.

  export.py FOLDER CASE:BATCH...

FOLDER/CASE_BATCH.onnx, inputs x0, x1, outputs y0, y1.
"""
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "torch"))
from models import CASES  # noqa: E402


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")  # traces keep the sizes of this batch, as they should
    for case in sys.argv[2:]:
        name, batch = case.split(":")
        model = CASES[name](int(batch)).eval()
        with torch.inference_mode():
            outputs = model(*model.inputs)
        count = len(outputs) if isinstance(outputs, tuple) else 1
        torch.onnx.export(model, model.inputs, str(folder / f"{name}_{batch}.onnx"), opset_version=15,
                          input_names=[f"x{i}" for i in range(len(model.inputs))],
                          output_names=[f"y{i}" for i in range(count)], do_constant_folding=True)


if __name__ == "__main__":
    main()
