//===- ClassWeight.h - weights by label ------------------------*- C++ -*-===//
#pragma once

#include "Binding.h"

#include <map>

namespace ingot::rt {

/// Gives each sample of `feed` the weight of its label; labels that are not
/// named weigh 1. Labels are i32, or f32 in one column, or the greatest of a
/// row (one hot). Does nothing without weights. Throws Error if the model has
/// several targets, the target is no label, or the samples have weights
/// already.
void applyClassWeights(const CompiledModel &model, Feed &feed,
                       const std::map<int, float> &weights);

} // namespace ingot::rt
