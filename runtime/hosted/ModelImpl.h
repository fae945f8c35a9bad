//===- ModelImpl.h - what a Model holds ------------------------*- C++ -*-===//
//
// Shared by the files that implement Model's verbs.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "CallbackList.h"
#include "Interrupt.h"
#include "Progress.h"
#include "Stream.h"

namespace ingot::rt {

struct Model::Impl {
  Impl(const ingot_model_desc *desc, const ModelOptions &options)
      : compiled(desc, options.seed, options.threads), seed(options.seed) {}

  CompiledModel compiled;
  /// The order of samples follows from it and the number of the pass, which
  /// goes on from one fit to the next.
  std::uint64_t seed;
  std::uint64_t nextPass = 0;

  /// One optimizer step on `rows`, to which `batch` points.
  void trainStep(const Rows &rows, const BatchPointers &batch);

  /// What stands around the batches of an evaluation or a prediction.
  struct Around {
    CallbackList &callbacks;
    Progress *progress = nullptr;
    const Interrupt *interrupt = nullptr;
  };

  /// Loss and metrics over the first `steps` batches of `stream`, by default a
  /// pass. None if it was interrupted.
  std::optional<Metrics> evaluate(Stream &stream, std::optional<int> steps,
                                  const Around &around);
  /// Outputs for the same.
  Predictions predict(Stream &stream, std::optional<int> steps,
                      const Around &around);

  /// Both as the verbs of `model` that the user calls.
  Metrics evaluate(Model &model, Stream &stream,
                   const EvaluateOptions &options);
  Predictions predict(Model &model, Stream &stream,
                      const PredictOptions &options);
};

/// Throws Error unless `value` is positive. `option` is its name.
void requirePositive(const char *option, std::int64_t value);

/// Throws Error if `value`, which the user knows as `what`, is above the
/// largest batch of `entry`.
void requireBatch(const CompiledModel &model, ingot_entry entry,
                  const std::string &what, std::int64_t value);

} // namespace ingot::rt
