//===- Data.h - samples for shapes.model.cpp -------------------*- C++ -*-===//
#pragma once

#include <ingot/array.h>

#include <cmath>
#include <cstdint>
#include <vector>

/// Three classes that a plane each tells apart.
struct Data {
  std::vector<float> x;
  std::vector<std::int32_t> y;

  explicit Data(int samples) {
    for (int i = 0; i < samples; ++i) {
      y.push_back(i % 3);
      for (int k = 0; k < 8; ++k)
        x.push_back(std::sin(static_cast<float>(i * 8 + k)) + (k % 3 == i % 3 ? 1.f : 0.f));
    }
  }
  ingot::rt::Array inputs() const { return {x, {-1, 8}}; }
};
