//===- Program.h - a module under test, run by the interpreter -*- C++ -*-===//
#pragma once

#include "Interpreter.h"

#include "mlir/IR/OwningOpRef.h"

#include <functional>
#include <random>
#include <string>

namespace ingot::numeric {

/// Our dialect with its gradient rules.
mlir::MLIRContext &context();

/// A module from text, after some passes.
class Program {
public:
  /// `pipeline` as on the command line: "ingot-differentiate,canonicalize". A test
  /// that cannot go on fails and gets an empty program.
  Program(const std::string &text, const std::string &pipeline);
  explicit operator bool() const { return static_cast<bool>(module); }

  /// The entry of that kind; there must be one.
  EntryOp entry(llvm::StringRef kind);

  /// Random weights, of magnitude 0.3 to 1.5 and either sign: at no kink of a
  /// formula. Slots and counters are zero.
  template <typename Real> interpreter::Variables<Real> randomVariables(std::mt19937 &random);

  /// Random arguments for `entry`: inputs as weights, labels below 3, other
  /// targets and sample weights in [0.1, 0.9].
  template <typename Real> interpreter::Call<Real> randomCall(EntryOp entry, int64_t batch, std::mt19937 &random);

  template <typename Real>
  interpreter::Result<Real> run(llvm::StringRef kind, const interpreter::Call<Real> &call);

private:
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Compares `gradients` with central differences of `loss` around the variables of
/// `call`, relative to the largest element of each.
void expectGradients(const interpreter::Variables<double> &gradients, interpreter::Call<double> call,
                     const std::function<double(const interpreter::Call<double> &)> &loss);

} // namespace ingot::numeric
