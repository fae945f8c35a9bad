//===- Approximations.h - exp and tanh as arithmetic ------------*- C++ -*-===//
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace ingot::codegen {

/// `math.exp` and `math.tanh` of f32, scalars and vectors, to arithmetic and
/// `math.fma`. Preferred to MLIR's, of whose accuracy they are with a third
/// fewer operations.
void populateApproximationPatterns(mlir::RewritePatternSet &patterns);

} // namespace ingot::codegen
