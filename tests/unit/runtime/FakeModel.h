//===- FakeModel.h - a compiled model written by hand ----------*- C++ -*-===//
//
// A linear model with a descriptor as abi.h lays it out, whose entry points
// are C++ functions that record how they were called:
//
//   value = weight[0] * x[0] + weight[1] * x[1] + bias,   mean squared error
//
// With `several` it has a second input, `id`, a second target, the label
// `kind` of 3 classes, and a second output, `kind`, that repeats `id`; their
// loss is 0. The `bias` is updated by the sum of x[0] of a batch times the
// learning rate instead of by a gradient, so that a test can tell which
// samples were trained on. The gradient of every weight is the mean of x[0].
//
//===----------------------------------------------------------------------===//
#pragma once

#include <ingot/abi.h>

#include <string>
#include <vector>

namespace fake {

/// One call of predict, evaluate, train_step or gradients.
struct Call {
  std::string entry;
  int batch = 0;
  std::vector<float> firstOfX; ///< x[0] of each sample
  std::vector<int> ids;        ///< `id` of each sample
  std::vector<float> values;   ///< target `value` of each sample
  std::vector<float> weights;  ///< sample weights of `value`; empty: null
  std::vector<float> kindWeights; ///< and of `kind`
  unsigned stream = 0;         ///< of gradients
  const void *x = nullptr;     ///< where the inputs were
  bool prepared = false;       ///< predict: got a prepared block
  bool flushesDenormals = false;
};

struct Config {
  bool several = false;
  bool portable = false;
  int maxTrain = 8;
  int maxEvaluate = 8;
  int maxPredict = 8;
  /// Leaves the state and the training entries out.
  bool inferenceOnly = false;
  /// The output `kind` of `several` has no loss.
  bool kindWithoutLoss = false;
  /// Calls hooks in predict, evaluate and train_step: of "dense" forward, then
  /// twice of "dense + line" backward and update, where it waits.
  bool hooks = false;
  /// Samples between changes of weights that repay `prepare`.
  uint64_t preparePaysFrom = 0;
};

/// Builds the descriptor anew and forgets all calls. One model exists at a
/// time; the pointer stays the same. The caller may change the descriptor.
ingot_model_desc *build(const Config &config = {});

/// The calls since `build`.
std::vector<Call> &calls();
/// Those of one entry.
std::vector<Call> calls(const std::string &entry);
/// What init was called with.
uint64_t seed();
/// How long it waits in each call of the second layer.
inline constexpr double secondsInLayer = 1e-4;
/// How often prepare was called.
int prepareCalls();

} // namespace fake
