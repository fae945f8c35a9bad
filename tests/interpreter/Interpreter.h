//===- Interpreter.h - the reference interpreter of tier 2 -----*- C++ -*-===//
//
// Walks the block of an entry op by op and computes with plain loops. It knows
// the dialect and nothing else of the compiler, so that what it says about a
// program is a second opinion: on gradients in double, by finite differences, and
// on compiled objects in float.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Tensor.h"

#include "ingot/Dialect/Ingot.h"

#include <map>
#include <string>

namespace ingot::interpreter {

/// Tensors by the name of their variable.
template <typename Real> using Variables = std::map<std::string, Tensor<Real>>;

/// What a caller passes to an entry.
template <typename Real> struct Call {
  Variables<Real> variables; ///< weights, slots and counters
  Variables<Real> gradients; ///< what `ingot.gradient_read` finds
  std::vector<Tensor<Real>> inputs; ///< the entry's tensor arguments, in order
  int64_t batch = 1;
  int64_t seed = 0; ///< the entry's i64 argument
  int32_t stream = 0; ///< the entry's i32 argument
};

/// A running mean: what one call adds to it.
template <typename Real> struct Mean {
  Real sum = 0;
  int64_t count = 0;
  Real value() const { return sum / static_cast<Real>(count); }
};

/// What an entry leaves.
template <typename Real> struct Result {
  std::vector<Tensor<Real>> outputs;
  Variables<Real> variables; ///< those that were written
  Variables<Real> gradients; ///< those that were written
  std::map<std::string, Mean<Real>> metrics;
};

/// Runs `block`, which ends in `ingot.return`. An op that is not tier 2, a missing
/// variable or a label out of range is an error at the op.
template <typename Real> mlir::FailureOr<Result<Real>> interpret(mlir::Block &block, const Call<Real> &call);

/// Does the interpreter know the op?
bool interprets(llvm::StringRef operation);

extern template mlir::FailureOr<Result<float>> interpret(mlir::Block &, const Call<float> &);
extern template mlir::FailureOr<Result<double>> interpret(mlir::Block &, const Call<double> &);

} // namespace ingot::interpreter
