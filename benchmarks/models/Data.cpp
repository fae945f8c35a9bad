//===- Data.cpp - the models that are measured, and their data ------------===//

#include "Data.h"

#include <cmath>

using namespace benchmarks;

float benchmarks::hashed(uint32_t index, uint32_t seed) {
  uint32_t x = index * 2654435761u + seed * 40503u + 12345u;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
}

int64_t Tensor::sampleSize() const {
  int64_t count = 1;
  for (const int64_t dim : dims)
    count *= dim;
  return count;
}

const std::vector<Case> &benchmarks::allCases() {
  static const std::vector<Case> cases = {
      {"mnist_mlp", {{Tensor::Uniform, 101, {784}}}, {{Tensor::Index, 102, {}, 10}}, {10}},
      {"time_distributed", {{Tensor::Uniform, 101, {20, 784}}}, {{Tensor::Index, 102, {20}, 10}}, {200}},
      {"news_popularity",
       {{Tensor::Index, 103, {100}, 10000}, {Tensor::Uniform, 104, {5}}},
       {{Tensor::Coin, 105, {1}}, {Tensor::Coin, 106, {1}}},
       {1, 1}},
      {"tweet_pairs",
       {{Tensor::Signed, 107, {140, 256}}, {Tensor::Signed, 108, {140, 256}}},
       {{Tensor::Coin, 109, {1}}},
       {1}},
  };
  return cases;
}

Block benchmarks::allocate(size_t bytes) { return Block(std::aligned_alloc(64, (bytes + 64) / 64 * 64)); }

Block benchmarks::makeData(const Tensor &tensor, int64_t batch) {
  const int64_t count = batch * tensor.sampleSize();
  Block memory = allocate(static_cast<size_t>(count) * 4);
  for (int64_t k = 0; k < count; ++k) {
    const float u = hashed(static_cast<uint32_t>(k), tensor.seed);
    float *number = static_cast<float *>(memory.get()) + k;
    switch (tensor.kind) {
    case Tensor::Uniform:
      *number = u;
      break;
    case Tensor::Signed:
      *number = 2 * u - 1;
      break;
    case Tensor::Coin:
      *number = u > 0.5f ? 1 : 0;
      break;
    case Tensor::Index:
      static_cast<int32_t *>(memory.get())[k] = static_cast<int32_t>(u * static_cast<float>(tensor.range));
      break;
    }
  }
  return memory;
}

void benchmarks::fillMatrix(float *values, int64_t rows, int64_t columns, uint32_t number) {
  const float limit = std::sqrt(6.0f / static_cast<float>(rows + columns));
  for (int64_t k = 0; k < rows * columns; ++k)
    values[k] = (2 * hashed(static_cast<uint32_t>(k), number + 1) - 1) * limit;
}
