//===- Threads.h - for how many threads a module is -------------*- C++ -*-===//
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"

namespace ingot {

namespace names {
inline constexpr llvm::StringLiteral threads = "ingot.threads";
inline constexpr llvm::StringLiteral chunkWork = "ingot.chunk_work";
} // namespace names

/// The most threads that a call may have.
inline int64_t mostThreads(mlir::ModuleOp module) {
  auto threads = module->getAttrOfType<mlir::IntegerAttr>(names::threads);
  return threads ? threads.getInt() : 1;
}

} // namespace ingot
