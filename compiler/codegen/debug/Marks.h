//===- Marks.h - locations that say whose code it is ------------*- C++ -*-===//
#pragma once

#include "mlir/IR/Location.h"

namespace ingot::codegen {

/// `loc` as a part of `span`, "dense_1 [backward]".
mlir::Location marked(mlir::Location loc, llvm::StringRef span);

/// The span that `loc` is marked with, or an empty string.
llvm::StringRef markOf(mlir::Location loc);

} // namespace ingot::codegen
