//===- GradientsImpl.h - what a Gradients holds ----------------*- C++ -*-===//
#pragma once

#include "CompiledModel.h"

namespace ingot::rt {

struct Gradients::Impl {
  /// Of the model that `desc` describes: all 0.
  explicit Impl(const ingot_model_desc &desc);

  const ingot_model_desc *desc;
  Block block; ///< laid out like params
  std::vector<ingot_mean> means;

  float *values() const { return reinterpret_cast<float *>(block.data()); }
  std::int64_t samples() const { return means.front().count; }
};

} // namespace ingot::rt
