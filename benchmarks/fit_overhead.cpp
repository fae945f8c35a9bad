//===- fit_overhead.cpp - what fit adds to its training steps -------------===//
//
//   fit_overhead [DIRECTORY] [PASSES]
//
// Trains the network of samples/mnist_mlp on 60,000 images, batches of 256: one
// epoch of Model::fit without and with shuffling, and the same steps by a loop
// over mnist_train_step. They take turns; each pass goes on from the weights of
// the last. Prints the seconds of an epoch, minimum and median, and the ratio
// to the loop.
//
//===----------------------------------------------------------------------===//
#include "mnist.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <xmmintrin.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

namespace rt = ingot::rt;
using Clock = std::chrono::steady_clock;

static constexpr int kBatch = 256;

namespace {

/// The caller's side of the C ABI: the blocks, and an epoch of steps.
class BareLoop {
public:
  BareLoop() {
    if (mnist_init(params(), state.get(), 1) != INGOT_OK)
      std::exit(1);
  }

  void epoch(const float *pixels, const int32_t *digits, int64_t samples) {
    // As the hosted runtime does: denormals are flushed.
    const unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040);
    mnist_metrics_reset(&metrics);
    for (int64_t first = 0; first < samples; first += kBatch) {
      const auto count =
          static_cast<int32_t>(std::min<int64_t>(kBatch, samples - first));
      const mnist_inputs in = {pixels + first * 784};
      const mnist_targets targets = {digits + first, nullptr};
      if (mnist_train_step(params(), state.get(), &in, &targets, count,
                           &metrics, arena.get(), nullptr) != INGOT_OK)
        std::exit(1);
    }
    _mm_setcsr(mode);
  }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  using Block = std::unique_ptr<void, Free>;
  static Block allocate(std::size_t bytes) {
    return Block(std::aligned_alloc(
        MNIST_ALIGN, (bytes + MNIST_ALIGN - 1) / MNIST_ALIGN * MNIST_ALIGN));
  }
  float *params() { return static_cast<float *>(block.get()); }

  Block block = allocate(MNIST_PARAMS_BYTES);
  Block state = allocate(MNIST_STATE_BYTES);
  Block arena = allocate(MNIST_TRAIN_STEP_ARENA_BYTES);
  mnist_metrics metrics;
};

struct Runner {
  const char *name;
  std::function<void()> epoch;
  std::vector<double> seconds = {};
};

} // namespace

int main(int argc, char **argv) {
  const char *directory =
      argc > 1 ? argv[1] : "/usr/share/datasets/fashion-mnist";
  const int passes = argc > 2 ? std::atoi(argv[2]) : 15;
  const rt::Mnist data = rt::load_mnist(directory);
  const rt::Array x = data.x_train.reshape({-1, 784}).scaled(1 / 255.f);
  const std::vector<int32_t> labels(data.y_train.u8().begin(),
                                    data.y_train.u8().end());
  const rt::Array y(labels);

  BareLoop bare;
  rt::Model inOrder(mnist_model(), {.seed = 1});
  rt::Model shuffled(mnist_model(), {.seed = 1});
  const auto fit = [&](rt::Model &model, bool shuffle) {
    model.fit(x, y, {.batch_size = kBatch, .verbose = 0, .shuffle = shuffle});
  };
  Runner runners[] = {
      {"train_step",
       [&] { bare.epoch(x.f32().data(), labels.data(), x.rows()); }},
      {"fit, in order", [&] { fit(inOrder, false); }},
      {"fit, shuffled", [&] { fit(shuffled, true); }}};

  for (int pass = -1; pass < passes; ++pass)
    for (Runner &runner : runners) {
      const Clock::time_point start = Clock::now();
      runner.epoch();
      if (pass >= 0) // the first one warms up
        runner.seconds.push_back(
            std::chrono::duration<double>(Clock::now() - start).count());
    }
  for (Runner &runner : runners)
    std::ranges::sort(runner.seconds);
  const auto minimum = [](const Runner &runner) { return runner.seconds[0]; };
  const auto median = [](const Runner &runner) {
    return runner.seconds[runner.seconds.size() / 2];
  };
  std::printf("an epoch over %lld images in batches of %d, %d passes\n",
              static_cast<long long>(x.rows()), kBatch, passes);
  for (const Runner &runner : runners)
    std::printf("%-14s  minimum %.4f s (%.3f)  median %.4f s (%.3f)\n",
                runner.name, minimum(runner),
                minimum(runner) / minimum(runners[0]), median(runner),
                median(runner) / median(runners[0]));
}
