//===- Models.h - what is compiled and compared ----------------*- C++ -*-===//
#pragma once

#include <ingot/ingot.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace ingot::numeric {

struct ModelCase {
  std::string name;
  std::function<Model()> record;
  friend void PrintTo(const ModelCase &model, std::ostream *out) { *out << model.name; }
};

/// Every activation, loss and optimizer, models of several shapes, and random ones
/// whose seed is in their name.
std::vector<ModelCase> allModels();

/// Weights of every distribution, many elements each.
ModelCase initializers();

} // namespace ingot::numeric
