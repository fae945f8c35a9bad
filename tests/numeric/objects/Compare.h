//===- Compare.h - what an object gives against the interpreter -*- C++ -*-===//
#pragma once

#include "Interpreter.h"
#include "Object.h"

#include <string>

namespace ingot::numeric {

/// Collects the first difference between an object and the interpreter.
class Difference {
public:
  /// `tolerance` is relative to the largest element of a tensor. Where the interpreter
  /// in float, if that is given, differs from itself in double, four times that is
  /// allowed besides.
  explicit Difference(double tolerance) : tolerance(tolerance) {}

  void add(const std::string &what, const Values &actual, const interpreter::Tensor<double> &exact,
           const interpreter::Tensor<float> *rounded);
  void add(const std::string &what, const MeanValues &actual, const interpreter::Result<double> &exact,
           const interpreter::Result<float> *rounded);

  /// Empty if there is none.
  const std::string &text() const { return found; }

private:
  double tolerance;
  std::string found;
};

} // namespace ingot::numeric
