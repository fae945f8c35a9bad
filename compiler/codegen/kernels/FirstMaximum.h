//===- FirstMaximum.h - where the largest element of a row is ---*- C++ -*-===//
//
// The reduction to a pair, the largest value and the first place that has it, as the
// index of a class is found.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace ingot::codegen {

/// `if term > best: best, at = term, index`, over the last loop of an op.
struct FirstMaximum {
  mlir::linalg::GenericOp op;
  /// What is compared: an elementwise function of the inputs.
  mlir::Value term;
};

/// Recognises `op` if its inputs lie side by side along the reduction.
std::optional<FirstMaximum> classifyFirstMaximum(mlir::linalg::GenericOp op);

/// Emits the loops at `builder`, eight elements of a row at a time. Lanes meet so that
/// of equal values the first one stays: the result is that of one element after the
/// other.
void emitFirstMaximum(mlir::OpBuilder &builder, FirstMaximum maximum);

} // namespace ingot::codegen
