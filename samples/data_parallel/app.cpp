//===- app.cpp - one network trained by several replicas ------------------===//
//
// Each replica has its own memory and its own thread, and gets its share of
// every batch. Their gradients, weighted by the samples they stand for, are what
// one replica would have computed from the whole batch; so all take the same
// step and stay equal. The program trains both ways and prints both losses.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"
#include "classifier.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <algorithm>
#include <future>

namespace rt = ingot::rt;

struct Arguments {
  std::string directory = "/usr/share/datasets/fashion-mnist";
  int epochs = 3;
  int batchSize = 256;
  int replicas = 2;
  std::uint64_t seed = 0;
};

static Arguments parse(int argc, char **argv) {
  Arguments arguments;
  samples::CommandLine line("[DIRECTORY]");
  line.add("epochs", arguments.epochs);
  line.add("batch-size", arguments.batchSize);
  line.add("replicas", arguments.replicas);
  line.add("seed", arguments.seed);
  for (const std::string &directory : line.parse(argc, argv))
    arguments.directory = directory;
  if (arguments.replicas < 1 || arguments.batchSize < 1)
    throw std::runtime_error("`--replicas` and `--batch-size` must be positive");
  return arguments;
}

/// The gradient over all rows of `x`, each replica computing its share of them
/// in a thread of its own.
static rt::Gradients gradients(std::vector<rt::Model> &replicas,
                               const rt::Array &x, const rt::Array &y) {
  const auto count = static_cast<std::int64_t>(replicas.size());
  std::vector<std::future<rt::Gradients>> shares;
  for (std::int64_t r = 0; r < count; ++r) {
    const std::int64_t begin = x.rows() * r / count;
    const std::int64_t end = x.rows() * (r + 1) / count;
    if (begin < end)
      shares.push_back(std::async(std::launch::async, [&, r, begin, end] {
        return replicas[static_cast<std::size_t>(r)].gradients(
            x.slice(begin, end), y.slice(begin, end),
            {.stream = static_cast<std::uint32_t>(r)});
      }));
  }
  // Always in the same order, so that a run can be repeated to the bit.
  rt::Gradients whole;
  for (std::future<rt::Gradients> &share : shares)
    whole.merge(share.get());
  return whole;
}

/// The loss of each epoch.
static std::vector<double> trainReplicas(const Arguments &arguments,
                                         const rt::Array &x,
                                         const rt::Array &y) {
  std::vector<rt::Model> replicas;
  for (int r = 0; r < arguments.replicas; ++r)
    replicas.emplace_back(classifier_model(),
                          rt::ModelOptions{.seed = arguments.seed});
  std::vector<double> losses;
  for (int epoch = 0; epoch < arguments.epochs; ++epoch) {
    double sum = 0;
    for (std::int64_t first = 0; first < x.rows();
         first += arguments.batchSize) {
      const std::int64_t last =
          std::min(first + arguments.batchSize, x.rows());
      const rt::Gradients step =
          gradients(replicas, x.slice(first, last), y.slice(first, last));
      for (rt::Model &replica : replicas)
        replica.apply_gradients(step);
      sum += step.metrics()["loss"] * static_cast<double>(step.samples());
    }
    losses.push_back(sum / static_cast<double>(x.rows()));
  }
  return losses;
}

static void train(const Arguments &arguments) {
  const rt::Mnist data = rt::load_mnist(arguments.directory);
  const rt::Array x = data.x_train.reshape({-1, 28 * 28}).scaled(1 / 255.f);
  const rt::Array &y = data.y_train;

  rt::Model single(classifier_model(), {.seed = arguments.seed});
  const rt::History history = single.fit(x, y,
                                         {.batch_size = arguments.batchSize,
                                          .epochs = arguments.epochs,
                                          .verbose = 0,
                                          .shuffle = false});
  const std::vector<double> parallel = trainReplicas(arguments, x, y);

  std::printf("loss of     one replica   %d replicas   difference\n",
              arguments.replicas);
  for (std::size_t epoch = 0; epoch < parallel.size(); ++epoch) {
    const double one = history.history["loss"][epoch];
    std::printf("epoch %-4zu  %.8f    %.8f    %+.1e\n", epoch + 1, one,
                parallel[epoch], parallel[epoch] - one);
  }
}

int main(int argc, char **argv) {
  return samples::run(argv[0], [&] { train(parse(argc, argv)); });
}
