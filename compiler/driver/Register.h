//===- Register.h - dialects and passes for the tools -----------*- C++ -*-===//
#pragma once

#include "mlir/IR/DialectRegistry.h"

namespace ingot::driver {

/// Dialects that our IR is made of, with the interfaces that our passes need.
void registerDialects(mlir::DialectRegistry &registry);

/// Every pass of ours and the pipelines of the stages, for `ingot-opt`.
void registerPasses();

} // namespace ingot::driver
