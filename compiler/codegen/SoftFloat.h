//===- SoftFloat.h - in integers what has no instruction --------*- C++ -*-===//
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace ingot::codegen {

/// For machines without floating point, whose library has but sums, products, quotients
/// and comparisons: math.sqrt of f32 to a call of a private function of the module,
/// arith.maximumf and minimumf to a comparison of integers. To the bit what an
/// instruction would give.
void populateSoftFloatPatterns(mlir::RewritePatternSet &patterns);

} // namespace ingot::codegen
