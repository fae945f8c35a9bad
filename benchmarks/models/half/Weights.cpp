//===- Weights.cpp - the weights of mnist_mlp as a file -------------------===//
//
//   benchmark_weights FILE
//
// Those that every program of the benchmarks makes for itself.
//
//===----------------------------------------------------------------------===//
#include "Data.h"

#include "mnist.h"

#include <ingot/runtime.h>

#include <cstdio>
#include <exception>

namespace rt = ingot::rt;

static void write(const char *path) {
  rt::Model model(mnist_model());
  uint32_t number = 0;
  for (const auto &[name, array] : model.get_weights()) {
    if (const rt::Shape &shape = array.shape(); shape.size() == 2) {
      std::vector<float> values(static_cast<size_t>(array.size()));
      benchmarks::fillMatrix(values.data(), shape[0], shape[1], number);
      model.set_weights({{name, rt::Array(std::move(values), shape)}});
    }
    ++number;
  }
  model.save_weights(path);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: benchmark_weights FILE\n");
    return 1;
  }
  try {
    write(argv[1]);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "benchmark_weights: %s\n", error.what());
    return 1;
  }
  return 0;
}
