//===- Costs.h - how much an op computes ------------------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

namespace ingot {

/// Multiply-accumulates of one sample, the batch counting as 1, in all steps of the
/// recurrences around.
uint64_t macsOf(ContractOp op);

/// Those of all contractions in `op`.
uint64_t macsIn(mlir::Operation *op);

} // namespace ingot
