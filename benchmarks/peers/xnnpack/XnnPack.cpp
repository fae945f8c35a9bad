//===- XnnPack.cpp - a classifier by operators of XNNPACK, timed ----------===//
//
// The engine of TFLite's CPU delegate, without its interpreter. Weights are packed
// when operators are created, as `prepare` does.
//
//===----------------------------------------------------------------------===//
#include "Measure.h"

#include <xnnpack.h>

#include <algorithm>
#include <cmath>

using namespace benchmarks;

static void check(xnn_status status, const char *what) {
  if (status != xnn_status_success)
    fail(std::string(what) + " has failed");
}

static float *floats(const Block &block) { return static_cast<float *>(block.get()); }

/// Room for `count` numbers, and for reads behind them.
static Block room(size_t count) { return allocate(count * sizeof(float) + XNN_EXTRA_BYTES); }

/// `kernel` is variable `number` of the model.
static xnn_operator_t makeDense(size_t inputs, size_t outputs, uint32_t number, bool isRelu) {
  const Block kernel = room(inputs * outputs);
  fillMatrix(floats(kernel), static_cast<int64_t>(inputs), static_cast<int64_t>(outputs), number);
  const std::vector<float> bias(outputs, 0.0f);
  xnn_operator_t dense = nullptr;
  check(xnn_create_fully_connected_nc_f32(inputs, outputs, inputs, outputs, floats(kernel), bias.data(),
                                          isRelu ? 0 : -INFINITY, INFINITY, XNN_FLAG_TRANSPOSE_WEIGHTS, &dense),
        "creating a dense layer");
  return dense;
}

int main(int argc, char **argv) {
  const Request request = start(argc, argv);
  const Case &which = *request.which;
  if (request.mode != Mode::Predict || (which.name != "mnist_mlp" && which.name != "time_distributed"))
    fail("only `predict` of `mnist_mlp` and `time_distributed` is there");
  const size_t rows = static_cast<size_t>(request.batch * which.inputs[0].sampleSize() / 784);

  check(xnn_initialize(nullptr), "xnn_initialize");
  const xnn_operator_t first = makeDense(784, 64, 0, true), second = makeDense(64, 64, 2, true),
                       last = makeDense(64, 10, 4, false);
  xnn_operator_t softmax = nullptr;
  check(xnn_create_softmax_nc_f32(10, 10, 10, 0, &softmax), "creating a softmax");

  const Block data = makeData(which.inputs[0], request.batch), pixels = room(rows * 784);
  std::copy_n(floats(data), rows * 784, floats(pixels));
  const Block a = room(rows * 64), b = room(rows * 64), logits = room(rows * 10), output = room(rows * 10);
  check(xnn_setup_fully_connected_nc_f32(first, rows, floats(pixels), floats(a), nullptr), "setting up");
  check(xnn_setup_fully_connected_nc_f32(second, rows, floats(a), floats(b), nullptr), "setting up");
  check(xnn_setup_fully_connected_nc_f32(last, rows, floats(b), floats(logits), nullptr), "setting up");
  check(xnn_setup_softmax_nc_f32(softmax, rows, floats(logits), floats(output), nullptr), "setting up");

  const auto run = [&] {
    for (const xnn_operator_t one : {first, second, last, softmax})
      xnn_run_operator(one, nullptr);
  };
  run();
  Result result;
  result.addOutput({floats(output), rows * 10});
  measureAndPrint(request, result, run);
}
