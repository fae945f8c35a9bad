//===- IndexChecks.h - which inputs are indices -----------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

namespace ingot {

/// Gives each argument of `entry` that reaches the indices of a table the number of
/// rows, `ingot.classes`: the smallest, if there are several tables. An index
/// that is computed could not be checked before the entry begins, and is an error.
mlir::LogicalResult markIndices(EntryOp entry);

} // namespace ingot
