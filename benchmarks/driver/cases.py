"""What is measured: models, batches, the least work that each takes, and the goals.

A case is a model, a mode and a batch. `prepared` is inference after all that can be
done when only the weights are known; it is a case of its own where that saves work.
`half` is inference with weights in the object, in half precision.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    model: str
    mode: str  # "train", "predict", "prepared" or "half"
    batch: int
    threads: int = 1

    @property
    def key(self):
        return ":".join([self.model, self.mode, str(self.batch)] + ([str(self.threads)] if self.threads > 1 else []))

    @property
    def title(self):
        return f"`{self.model}`, " + {"train": "training step", "predict": "predict", "prepared": "predict, prepared",
                                       "half": "predict, `f16` weights in the object"}[self.mode]

    @property
    def inference(self):
        """The case that differs from this one by the weights' form alone."""
        return Case(self.model, "predict", self.batch) if self.mode in ("prepared", "half") else self


@dataclass(frozen=True)
class Work:
    """What no program can do without: `bytes` are weights, inputs and what a step must keep."""
    flops: float
    bytes: float


@dataclass(frozen=True)
class Goal:
    case: Case
    peer: str
    must: float
    aim: float


MODELS = ["mnist_mlp", "time_distributed", "news_popularity", "tweet_pairs"]
BATCHES = {("mnist_mlp", "train"): [256], ("mnist_mlp", "predict"): [256, 1], ("time_distributed", "predict"): [32],
           ("news_popularity", "train"): [10, 32], ("news_popularity", "predict"): [1, 32],
           ("tweet_pairs", "train"): [10, 32], ("tweet_pairs", "predict"): [1, 32]}


def all_cases():
    found = []
    for (model, mode), batches in BATCHES.items():
        for batch in batches:
            found.append(Case(model, mode, batch))
            if mode == "predict":
                found.append(Case(model, "prepared", batch))
                found.append(Case(model, "half", batch))
    return found + [Case("mnist_mlp", "train", 256, 2), Case("tweet_pairs", "train", 32, 2)]


def work(case):
    return {"mnist_mlp": classifier, "time_distributed": classifier, "news_popularity": news_popularity,
            "tweet_pairs": tweet_pairs}[case.model](case.mode, case.batch)


# A product of (m, k) and (k, n) is 2mnk operations. Its backward pass is two such
# products, one for the gradient of each factor, or one where the other is an input.

def classifier(mode, batch):
    rows = batch * 20 if mode != "train" and batch == 32 else batch
    first, others = 784 * 64, 64 * 64 + 64 * 10
    weights = first + others + 138
    if mode != "train":
        return Work(2 * rows * (first + others), 4 * rows * 784 + (2 if mode == "half" else 4) * weights)
    # Weights and slots are read and written.
    return Work(2 * rows * (2 * first + 3 * others), 4 * (rows * 784 + 4 * weights))


def news_popularity(mode, batch):
    steps, width, units, dense = 100, 512, 32, 32 + 37 * 64 + 2 * 64 * 64 + 64
    projection = 2 * batch * steps * width * 4 * units
    rest = 2 * batch * (steps * units * 4 * units + dense)
    row = 4 * width
    if mode == "prepared":  # rows of the product of table and kernel are looked up
        return Work(rest, batch * steps * 4 * 4 * units)
    if mode == "predict":
        return Work(projection + rest, batch * steps * row)
    # Of each row of the table: read, and with its slot updated.
    return Work(3 * (projection + rest), batch * steps * row * 4)


def tweet_pairs(mode, batch):
    steps, width, units = 140, 256, 64
    projection, recurrence = (2 * 2 * batch * steps * inputs * 4 * units for inputs in (width, units))
    inputs = 2 * batch * steps * width * 4
    if mode != "train":
        return Work(projection + recurrence, inputs)
    return Work(2 * projection + 3 * recurrence, 2 * inputs)


TORCH, ONNX, XNNPACK, BY_HAND, ONE_THREAD = "PyTorch", "ONNX Runtime", "XNNPACK", "by hand", "one thread"
GOALS = [
    Goal(Case("mnist_mlp", "train", 256), TORCH, 1.6, 2.0),
    Goal(Case("mnist_mlp", "train", 256), BY_HAND, 0.95, 1.15),
    Goal(Case("mnist_mlp", "predict", 256), ONNX, 1.0, 1.2),
    Goal(Case("mnist_mlp", "predict", 256), BY_HAND, 0.95, 1.1),
    Goal(Case("mnist_mlp", "predict", 1), ONNX, 2.8, 3.5),
    Goal(Case("mnist_mlp", "half", 1), ONNX, 2.8, 3.5),
    Goal(Case("mnist_mlp", "predict", 1), XNNPACK, 1.4, 1.8),
    Goal(Case("time_distributed", "predict", 32), ONNX, 1.0, 1.2),
    Goal(Case("news_popularity", "train", 10), TORCH, 5.0, 7.0),
    Goal(Case("news_popularity", "train", 32), TORCH, 2.4, 3.5),
    Goal(Case("news_popularity", "prepared", 1), ONNX, 5.0, 7.0),
    Goal(Case("news_popularity", "prepared", 32), ONNX, 5.0, 10.0),
    Goal(Case("tweet_pairs", "train", 10), TORCH, 4.5, 6.0),
    Goal(Case("tweet_pairs", "train", 32), TORCH, 2.0, 2.8),
    Goal(Case("tweet_pairs", "predict", 1), ONNX, 1.25, 1.8),
    Goal(Case("tweet_pairs", "predict", 32), ONNX, 1.0, 1.25),
    Goal(Case("mnist_mlp", "train", 256, 2), ONE_THREAD, 1.4, 1.7),
    Goal(Case("tweet_pairs", "train", 32, 2), ONE_THREAD, 1.6, 1.7),
]
