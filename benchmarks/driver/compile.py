"""Seconds of CPU that compiling a model takes: all entries, object and header."""
import resource
import statistics
import tempfile

from report import rows

# (title, recorder in the build, largest batch, what it must not take more than)
MODELS = [("mnist_mlp", "samples/mnist_mlp/mnist_recorder", 256, 2),
          ("time_distributed", "samples/time_distributed/sequence_recorder", 32, 2),
          ("news_popularity", "samples/news_popularity/news_popularity_recorder", 32, 5),
          ("tweet_pairs", "samples/tweet_pairs/tweet_pairs_recorder", 32, 5),
          ("50 dense layers, no two alike", "benchmarks/deep_recorder", 256, 60)]


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Compile:
    def __init__(self, options, machine, roofline):
        self.extent = f"{options.passes} compilations"
        self.seconds = {title: [] for title, *_ in MODELS}
        for _ in range(options.passes):
            for title, recorder, batch, _ in MODELS:
                with tempfile.TemporaryDirectory() as folder:
                    before = cpu_seconds()
                    machine.run([options.build / recorder, f"--max-batch={batch}", "-o", folder], reads=False)
                    self.seconds[title].append(cpu_seconds() - before)

    def tables(self):
        lines = [["model", "seconds of CPU: median (minimum)", "at most"]]
        lines += [[title, f"{statistics.median(self.seconds[title]):.2f} ({min(self.seconds[title]):.2f})", str(limit)]
                  for title, _, _, limit in MODELS]
        return {"compile": rows(lines)}

    def numbers(self):
        return {"compile": self.seconds}

    def mistakes(self):
        return []

    def missed(self):
        return [f"compiling {title} takes {statistics.median(self.seconds[title]):.2f} s, must take at most {limit}"
                for title, _, _, limit in MODELS if statistics.median(self.seconds[title]) > limit]
