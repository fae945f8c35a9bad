//===- Reference.h - a program run by the interpreter ----------*- C++ -*-===//
#pragma once

#include "Interpreter.h"
#include "Object.h"

#include "mlir/IR/OwningOpRef.h"

namespace ingot::numeric {

/// The IR of the stage `train`, run by the reference interpreter in `Real`.
template <typename Real> class Reference {
public:
  explicit Reference(const std::string &program);

  /// Runs the entry of that kind on what a compiled object got. Sample weights that
  /// are missing are ones. `gradients` are for `apply_gradients`.
  interpreter::Result<Real> run(llvm::StringRef kind, const NamedValues &variables, const Batch &batch,
                                const NamedValues &gradients = {}) const;
  /// Runs `init`.
  interpreter::Result<Real> init(uint64_t seed) const;

private:
  interpreter::Result<Real> run(EntryOp entry, const interpreter::Call<Real> &call) const;
  EntryOp entry(llvm::StringRef kind) const;

  mutable mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace ingot::numeric
