//===- Costs.cpp - what it is worth to divide work ------------------------===//

#include "codegen/parallel/Costs.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;

namespace ingot::codegen {

/// An element that is read or written, from the second cache.
static constexpr int64_t costOfAccess = 4;
/// Vectors of a polynomial are some twenty operations.
static constexpr int64_t costOfFunction = 24;
/// A gather waits for memory.
static constexpr int64_t costOfLoad = 16;

static int64_t elements(ArrayRef<int64_t> extents, int64_t batch) {
  int64_t count = 1;
  for (int64_t extent : extents)
    count = llvm::SaturatingMultiply<uint64_t>(count, ShapedType::isDynamic(extent) ? batch : extent);
  return std::min<uint64_t>(count, int64_t{1} << 48);
}

static int64_t workOfElement(linalg::LinalgOp op) {
  if (linalg::isaContractionOpInterface(op))
    return 1;
  int64_t work = costOfAccess * op->getNumOperands();
  op->getRegion(0).walk([&](Operation *inner) {
    if (isa<math::MathDialect>(inner->getDialect()))
      work += costOfFunction;
    else
      work += isa<memref::LoadOp>(inner) ? costOfLoad : 1;
  });
  return work;
}

int64_t workOf(Operation *op, int64_t batch) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return elements(linalgOp.getStaticLoopRanges(), batch) * workOfElement(linalgOp);
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    return elements(cast<MemRefType>(copy.getTarget().getType()).getShape(), batch) * 2 * costOfAccess;
  int64_t work = 0;
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      work += workOf(&inner, batch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    if (std::optional<llvm::APInt> steps = loop.getStaticTripCount())
      work *= steps->getSExtValue();
  return work;
}

int64_t partsOf(int64_t extent, int64_t threads, int64_t leastElements) {
  // In elements.
  constexpr int64_t costOfPart = 2;
  int64_t best = 1, least = extent;
  for (int64_t parts = 2; extent / parts >= leastElements; ++parts) {
    if (extent % parts)
      continue;
    int64_t slowest = int64_t(llvm::divideCeil(parts, threads)) * (extent / parts + costOfPart);
    if (slowest < least) {
      least = slowest;
      best = parts;
    }
  }
  return best;
}

} // namespace ingot::codegen
