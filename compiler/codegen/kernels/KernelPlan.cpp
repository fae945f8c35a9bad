//===- KernelPlan.cpp - tiling of a matrix kernel -------------------------===//
//
// The numbers come from measurements of dense layers, weight gradients and
// input gradients on x86-64 with AVX2; the rules interpolate between them.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelPlan.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;

namespace ingot::codegen {

MemRefType KernelPlan::scratchType(const ContractionSpec &spec,
                                   const TargetInfo &target,
                                   MLIRContext *context) const {
  int64_t width = panelWidth(target);
  int64_t panels = llvm::divideCeil(spec.n, width);
  return MemRefType::get({panels, kBlock, width}, Float32Type::get(context));
}

static int64_t vectorsOf(const TargetInfo &target) { return target.registers >= 32 ? 4 : 2; }

MemRefType packedType(const ContractionSpec &spec, const TargetInfo &target, MLIRContext *context) {
  int64_t width = vectorsOf(target) * target.vectorWidth;
  int64_t panels = llvm::divideCeil(spec.n, width);
  return MemRefType::get({panels, spec.k, width}, Float32Type::get(context));
}

/// The largest block of at most 512 that divides `k`, or `fallback`.
static int64_t dividingBlock(int64_t k, int64_t fallback) {
  if (k <= 512)
    return k;
  for (int64_t block = 512; block >= 128; block -= 4)
    if (k % block == 0)
      return block;
  return fallback;
}

/// One loop nest where speed wants several: nothing is packed that can be read
/// where it is, nothing is blocked for caches.
static KernelPlan planSmallKernel(const ContractionSpec &spec, const TargetInfo &target) {
  KernelPlan plan;
  plan.rows = 4;
  plan.vectors = vectorsOf(target);
  plan.unroll = 1;
  plan.singleLeftOverRows = true;
  plan.pack = spec.transposeB;
  int64_t boundOfK = spec.transposeA ? spec.a.rows : spec.a.cols;
  plan.kBlock = plan.pack ? dividingBlock(boundOfK, boundOfK) : boundOfK;
  return plan;
}

KernelPlan planKernel(const ContractionSpec &spec, const TargetInfo &target) {
  if (target.forSize)
    return planSmallKernel(spec, target);
  // B up to this size stays in the first two caches without packing.
  constexpr int64_t unpackedBytes = 64 * 1024;
  // With fewer rows than this the copy costs more than it saves.
  constexpr int64_t rowsWorthPacking = 32;

  KernelPlan plan;
  plan.vectors = vectorsOf(target);
  int64_t boundOfK = spec.transposeA ? spec.a.rows : spec.a.cols;
  if (spec.packedB) {
    plan.kBlock = dividingBlock(spec.k, 256);
    plan.reason = "it comes in panels";
  } else if (spec.transposeB) {
    plan.pack = true;
    plan.reason = "its columns lie apart";
    plan.kBlock = dividingBlock(boundOfK, boundOfK);
  } else if (spec.transposeA) {
    // The weight gradient: B is the output's gradient, its rows a panel's
    // width apart fall into few cache sets.
    plan.pack = spec.n >= 32;
    plan.reason = llvm::formatv("it has {0} columns, and from 32 on its rows meet in the same cache sets", spec.n);
    bool small = spec.boundOfM() <= 128 && spec.n <= 128;
    plan.kBlock = std::min<int64_t>(boundOfK, plan.pack && !small ? 128 : 256);
  } else {
    const int64_t bytes = spec.k * spec.n * 4;
    plan.pack = bytes > unpackedBytes && spec.boundOfM() >= rowsWorthPacking;
    plan.reason = bytes <= unpackedBytes
                      ? llvm::formatv("its {0} bytes stay in cache, as up to {1} do", bytes, unpackedBytes).str()
                  : plan.pack
                      ? llvm::formatv("its {0} bytes are more than the {1} that stay in cache", bytes, unpackedBytes).str()
                      : llvm::formatv("{0} rows at most use it, and it takes {1} to repay the copy", spec.boundOfM(),
                                      rowsWorthPacking).str();
    plan.kBlock = plan.pack ? dividingBlock(boundOfK, 256) : boundOfK;
    plan.packFromRows =
        plan.pack && ShapedType::isDynamic(spec.m) ? rowsWorthPacking : 0;
  }
  // A block of A is read once a panel, so it should stay in cache.
  if (spec.n > plan.panelWidth(target))
    plan.mBlock = plan.kBlock <= 128 && spec.n > 128 ? 96 : 192;
  if (plan.mBlock >= spec.boundOfM())
    plan.mBlock = 0;
  return plan;
}

} // namespace ingot::codegen
