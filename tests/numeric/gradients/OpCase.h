//===- OpCase.h - an op between weights and a scalar -----------*- C++ -*-===//
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace ingot::numeric {

struct Tensors {
  std::string name, type;
};

struct OpCase {
  std::string op;      ///< the mnemonic under test
  std::string variant; ///< when an op has several cases
  std::vector<Tensors> variables;
  std::string type; ///< of %y
  std::string body; ///< defines %y from variables, inputs and %n, the batch
  std::vector<Tensors> inputs = {};

  friend void PrintTo(const OpCase &test, std::ostream *out) { *out << test.op << test.variant; }
};

/// Recurrences.
std::vector<OpCase> scanCases();

} // namespace ingot::numeric
