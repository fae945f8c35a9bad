//===- Cases.h - the models that are measured -------------------*- C++ -*-===//
//
// A case is a compiled model and how to make what it trains on. Its peer is the
// model of that name in peers/torch_train.py.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <ingot/abi.h>

#include <string_view>
#include <vector>

namespace benchmarks {

/// The numbers of one input or target: those of `seed`, by position.
struct Data {
  enum Kind {
    Uniform, ///< in [0, 1)
    Signed,  ///< in [-1, 1)
    Coin,    ///< 0 or 1
    Index,   ///< integers in [0, range)
  };
  Kind kind;
  uint32_t seed;
  int32_t range = 0;
};

/// Inputs and targets stand in the order of the model's.
struct Case {
  std::string_view name;
  const ingot_model_desc *(*model)();
  std::vector<Data> inputs, targets;
};

const std::vector<Case> &allCases();

} // namespace benchmarks
