//===- Data.h - the models that are measured, and their data ----*- C++ -*-===//
//
// Every program makes weights and data of a case by itself, and all have the same
// bits: those of peers/torch/models.py, too.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace benchmarks {

/// Numbers in [0, 1) by position.
float hashed(uint32_t index, uint32_t seed);

/// One input or target: the numbers of `seed`, by position.
struct Tensor {
  enum Kind {
    Uniform, ///< in [0, 1)
    Signed,  ///< in [-1, 1)
    Coin,    ///< 0 or 1
    Index,   ///< integers in [0, range)
  };
  Kind kind;
  uint32_t seed;
  std::vector<int64_t> dims; ///< of one sample
  int32_t range = 0;

  int64_t sampleSize() const;
};

/// Inputs, targets and outputs stand in the order of the model's.
struct Case {
  std::string_view name;
  std::vector<Tensor> inputs, targets;
  std::vector<int64_t> outputs; ///< numbers of one sample
};

const std::vector<Case> &allCases();

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};

/// Memory at a multiple of 64 bytes.
using Block = std::unique_ptr<void, Free>;
Block allocate(size_t bytes);

/// `batch` samples as float, or as int32 where they are indices.
Block makeData(const Tensor &tensor, int64_t batch);

/// The matrix that is variable `number` of a model, counted from 0 in the order of its
/// weights: uniform in Glorot's interval.
void fillMatrix(float *values, int64_t rows, int64_t columns, uint32_t number);

} // namespace benchmarks
