//===- ModelImpl.h - what a Model holds ------------------------*- C++ -*-===//
//
// Shared by the files that implement Model's verbs.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Binding.h"
#include "Progress.h"

#include <random>

namespace ingot::rt {

struct Model::Impl {
  Impl(const ingot_model_desc *desc, std::uint64_t seed)
      : compiled(desc, seed), shuffler(seed) {}

  CompiledModel compiled;
  /// Draws the order of samples; goes on from one fit to the next.
  std::mt19937_64 shuffler;

  /// One optimizer step on the batch that `reader` is at.
  void trainStep(const BatchReader &reader);

  /// Loss and metrics over the first `steps` batches of `feed`, by default
  /// all. `progress` may be null.
  Metrics evaluate(const Feed &feed, int batchSize, std::optional<int> steps,
                   Progress *progress);
};

/// Throws Error unless `value` is positive. `option` is its name.
void requirePositive(const char *option, std::int64_t value);

/// Throws Error if `value`, which the user knows as `what`, is above the
/// largest batch of `entry`.
void requireBatch(const CompiledModel &model, ingot_entry entry,
                  const std::string &what, std::int64_t value);

} // namespace ingot::rt
