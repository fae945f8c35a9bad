//===- Ingot.cpp - a compiled model, called and timed ---------------------===//
//
// Calls the entry points of the object, as an application without the hosted
// runtime does. Without arguments it says what there is to measure.
//
//===----------------------------------------------------------------------===//
#include "Host.h"
#include "Measure.h"

#include "mnist.h"
#include "mnist_half.h"
#include "news_popularity.h"
#include "sequence.h"
#include "tweet_pairs.h"

#include <cstdio>

using namespace benchmarks;

static const ingot_model_desc *modelOf(std::string_view name, Mode mode = Mode::Predict) {
  if (name == "mnist_mlp")
    return mode == Mode::Half ? mnist_half_model() : mnist_model();
  if (name == "time_distributed")
    return sequence_model();
  if (name == "news_popularity")
    return news_popularity_model();
  return tweet_pairs_model();
}

namespace {
/// A model with all that its calls take.
class Model {
public:
  explicit Model(const Request &request)
      : request(request), desc(modelOf(request.which->name, request.mode)),
        entry(request.mode == Mode::Train ? INGOT_ENTRY_TRAIN_STEP : INGOT_ENTRY_PREDICT) {
    if (request.batch > desc->entries[entry].max_batch)
      fail("the model is not compiled for this batch");
    arena = allocate(desc->entries[entry].arena_bytes);
    metrics.resize(desc->metric_count);
    makeTensors();
    if (request.mode == Mode::Half)
      return;
    params = allocate(desc->params_bytes);
    state = allocate(desc->state_bytes);
    check(function<ingot_init_fn>(INGOT_ENTRY_INIT)(weights(), state.get(), 1), "init");
    setMatrices();
    if (request.mode == Mode::Prepared) {
      prepared = allocate(desc->prepared_bytes);
      check(function<ingot_prepare_fn>(INGOT_ENTRY_PREPARE)(weights(), prepared.get()), "prepare");
    }
  }

  void call() {
    if (request.mode == Mode::Train)
      check(trainStep(weights(), state.get(), inputs.data(), targets.data(), request.batch, metrics.data(), arena.get(),
                      host()),
            "train_step");
    else
      check(predict(weights(), prepared.get(), inputs.data(), outputs.data(), request.batch, arena.get(), host()),
            "predict");
  }

  Result result() {
    Result result;
    if (request.mode == Mode::Train) {
      for (int i = 0; i < kFirstLosses; ++i) {
        function<ingot_metrics_reset_fn>(INGOT_ENTRY_METRICS_RESET)(metrics.data());
        call();
        result.losses.push_back(metrics[0].sum / metrics[0].count);
      }
      return result;
    }
    call();
    for (size_t i = 0; i < outputs.size(); ++i)
      result.addOutput(
          {static_cast<const float *>(outputs[i]), static_cast<size_t>(request.batch * request.which->outputs[i])});
    return result;
  }

private:
  template <typename Function> Function *function(unsigned entry) const {
    return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, entry)));
  }

  static void check(int32_t status, const char *what) {
    if (status != INGOT_OK)
      fail(std::string(what) + " has ended with status " + std::to_string(status));
  }

  float *weights() const { return static_cast<float *>(params.get()); }
  void *keep(Block block) { return blocks.emplace_back(std::move(block)).get(); }

  /// What is no matrix is left as init made it.
  void setMatrices() {
    const ingot_tensor_desc *variables = ingot_tensors(desc, desc->variables);
    for (uint32_t i = 0; i < desc->variable_count; ++i)
      if (variables[i].rank == 2)
        fillMatrix(weights() + variables[i].offset / sizeof(float), variables[i].dims[0], variables[i].dims[1], i);
  }

  void makeTensors() {
    const Case &which = *request.which;
    // What is for inference alone has no targets.
    const bool hasTargets = which.targets.size() == desc->target_count || request.mode == Mode::Half;
    if (which.inputs.size() != desc->input_count || which.outputs.size() != desc->output_count || !hasTargets)
      fail("the model has other inputs, outputs or targets than the case");
    for (const Tensor &tensor : which.inputs)
      inputs.push_back(keep(makeData(tensor, request.batch)));
    for (const Tensor &tensor : which.targets) {
      targets.push_back(keep(makeData(tensor, request.batch)));
      targets.push_back(nullptr); // no sample weight
    }
    for (const int64_t numbers : which.outputs)
      outputs.push_back(keep(allocate(static_cast<size_t>(request.batch * numbers) * sizeof(float))));
  }

  const Request request;
  const ingot_model_desc *desc;
  unsigned entry;
  Block params, state, arena, prepared;
  std::vector<Block> blocks;
  std::vector<const void *> inputs, targets;
  std::vector<void *> outputs;
  std::vector<ingot_mean> metrics;
  ingot_train_step_fn *trainStep = function<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP);
  ingot_predict_fn *predict = function<ingot_predict_fn>(INGOT_ENTRY_PREDICT);
};
} // namespace

/// Bytes that `prepare` writes, for each case: 0, nothing is gained by it.
static void describe() {
  std::printf("{\"prepared_bytes\": {");
  const char *separator = "";
  for (const Case &one : allCases()) {
    std::printf("%s\"%s\": %llu", separator, std::string(one.name).c_str(),
                static_cast<unsigned long long>(modelOf(one.name)->prepared_bytes));
    separator = ", ";
  }
  std::printf("}}\n");
}

int main(int argc, char **argv) {
  if (argc == 1) {
    describe();
    return 0;
  }
  const Request request = start(argc, argv);
  Model model(request);
  const Result result = model.result();
  measureAndPrint(request, result, [&] { model.call(); });
}
