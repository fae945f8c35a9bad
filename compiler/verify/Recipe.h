//===- Recipe.h - tensors generated from a seed ----------------*- C++ -*-===//
//
// The `recipe` of a reference case: full-size cases carry no tensors, only how
// to make them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "keras/Json.h"
#include "verify/Tensor.h"

namespace ingot::verify {

/// u(seed, i) in [0, 1), a multiple of 2^-24.
double recipeUniform(uint32_t seed, uint32_t index);

/// One entry `{"name", "shape", "seed", "gen"}`.
Tensor generateTensor(const json::Value &entry);

/// A list of such entries, by name.
TensorMap generateTensors(const json::Value &entries);

} // namespace ingot::verify
