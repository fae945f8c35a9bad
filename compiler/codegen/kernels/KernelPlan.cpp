//===- KernelPlan.cpp - tiling of a matrix kernel -------------------------===//
//
// The cost model chooses the tiles. Blocks and packing follow from the sizes of the
// caches: a panel of B stays in the first, a block of A in the second.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelPlan.h"
#include "codegen/kernels/CostModel.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace ingot::codegen {

MemRefType KernelPlan::scratchType(const ContractionSpec &spec,
                                   const TargetInfo &target,
                                   MLIRContext *context) const {
  int64_t width = panelWidth(target);
  int64_t panels = llvm::divideCeil(spec.n, width);
  return MemRefType::get({panels, kBlock, width}, Float32Type::get(context));
}

MemRefType packedType(const ContractionSpec &spec, const TargetInfo &target, MLIRContext *context) {
  int64_t width = choosePanelVectors(spec.n, target) * target.vectorWidth;
  int64_t panels = llvm::divideCeil(spec.n, width);
  return MemRefType::get({panels, spec.k, width}, Float32Type::get(context));
}

int64_t KernelPlan::vectorsFor(int64_t leftOver, const ContractionSpec &spec, const TargetInfo &target) const {
  return singleLeftOverRows ? vectors : widenTile({leftOver, vectors}, spec.n, target);
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

/// Rows of C from which the copy of B pays, if reading it where it is costs a tile
/// `saved` cycles more a vector.
static int64_t rowsWorthPacking(const KernelPlan &plan, double saved) {
  // Loaded, stored and on its way to the second cache.
  constexpr double cyclesPerVector = 4;
  return std::lround(static_cast<double>(plan.rows) * cyclesPerVector / saved);
}

/// Whether B is packed, and why.
static void choosePacking(const ContractionSpec &spec, const TargetInfo &target, KernelPlan &plan) {
  const int64_t bytes = spec.boundOfK() * spec.n * 4,
                columns = 2 * plan.panelWidth(target);
  auto packIfRepaid = [&](double saved, const std::string &cost) {
    const int64_t rows = rowsWorthPacking(plan, saved);
    plan.pack = spec.boundOfM() >= rows;
    plan.packFromRows = plan.pack && ShapedType::isDynamic(spec.m) ? rows : 0;
    plan.reason = llvm::formatv("{0}, which repays a copy from {1} rows on; there are {2}{3}", cost, rows,
                                ShapedType::isDynamic(spec.m) ? "up to " : "", spec.boundOfM());
  };
  if (spec.packedB) {
    plan.reason = "it comes in panels";
  } else if (spec.transposeB) {
    plan.pack = true;
    plan.reason = "its columns lie apart";
  } else if (target.forSize || target.saveRam) {
    plan.reason = llvm::formatv("small {0} does without a copy", target.saveRam ? "memory" : "code");
  } else if (spec.transposeA && spec.n < columns) {
    plan.reason = llvm::formatv("its rows of {0} lie close together, as up to {1} do", spec.n, columns - 1);
  } else if (spec.transposeA) {
    // The weight gradient: B is the output's gradient, beside it a line of A a step.
    packIfRepaid(0.12, llvm::formatv("its rows of {0} meet in the same cache sets", spec.n));
  } else if (bytes <= 2 * target.l1Bytes) {
    plan.reason = llvm::formatv("its {0} bytes stay in cache, as up to {1} do", bytes, 2 * target.l1Bytes);
  } else if (bytes <= target.l2Bytes / 2) {
    packIfRepaid(0.06, llvm::formatv("its {0} bytes come from the second cache", bytes));
  } else {
    packIfRepaid(0.75, llvm::formatv("its {0} bytes are too many for half of the second cache", bytes));
  }
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The largest block of at most `most` that divides `k`, if it is worth the name, or
/// `fallback`.
static int64_t dividingBlock(int64_t k, int64_t most, int64_t fallback) {
  if (k <= most)
    return k;
  for (int64_t block = most / 4 * 4; block >= most / 4; block -= 4)
    if (k % block == 0)
      return block;
  return fallback;
}

static void chooseBlocks(const ContractionSpec &spec, const TargetInfo &target, KernelPlan &plan) {
  const int64_t k = spec.boundOfK(), rowOfPanel = plan.panelWidth(target) * 4;
  constexpr int64_t line = 64;
  if (spec.transposeA && !spec.transposeB && !spec.packedB && !target.forSize) {
    // A step takes a line of A too, of which the next tiles use the rest; of few rows
    // both stay in cache all the same.
    constexpr int64_t fewRows = 128;
    const int64_t share = spec.boundOfM() <= fewRows ? 1 : 2;
    plan.kBlock = std::min(k, target.l1Bytes / share / (rowOfPanel + line));
    // Whose sums are transposed has few tiles that would find the panel in the
    // first cache, and a block more costs as much as many steps.
    if (plan.turned)
      plan.kBlock = std::min(k, target.l2Bytes / 4 / (rowOfPanel + line));
  } else if (plan.pack || spec.packedB) {
    // Where memory is dear, a few rows of all panels are packed at a time.
    constexpr int64_t fewBytes = 4096, fewRows = 8;
    const int64_t most = target.saveRam && plan.pack ? std::max<int64_t>(fewBytes / (spec.n * 4), fewRows)
                                                     : std::max<int64_t>(target.l1Bytes / rowOfPanel, 16);
    // A transposed B is packed in squares, of which K has whole ones.
    plan.kBlock = dividingBlock(k, most, spec.transposeB ? k : std::min(k, most / 2));
  } else {
    plan.kBlock = k;
  }
  if (target.forSize)
    return;
  // A block of A is read once a panel.
  if (spec.n > plan.panelWidth(target))
    plan.mBlock = std::max(target.l2Bytes / 2 / (plan.kBlock * 4) / plan.rows, int64_t(8)) * plan.rows;
  if (plan.mBlock >= spec.boundOfM())
    plan.mBlock = 0;
}

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

/// The plan of `spec`, turned already if its tiles are to be.
static KernelPlan planTiles(const ContractionSpec &spec,
                            const TargetInfo &target,
                            const KernelChoice &choice, bool turned) {
  KernelPlan plan;
  plan.turned = turned;
  plan.singleLeftOverRows = target.forSize;
  // What is widened stands in a register until it is multiplied. With that of one step
  // alone, sums stay in theirs.
  plan.unroll = choice.unroll.value_or(target.forSize || target.halfWeights ? 1 : 4);
  plan.vectors = choice.vectors.value_or(choosePanelVectors(spec.n, target));
  plan.rows = choice.rows.value_or(chooseTileRows(spec.boundOfM(), spec.n, plan.vectors, target));
  if (turned)
    plan.reason =
        "its rows are too short for vectors, which lie along the left side";
  else
    choosePacking(spec, target, plan);
  if (choice.pack && !turned) {
    plan.pack = *choice.pack;
    plan.packFromRows = 0;
    plan.reason = "chosen";
  }
  chooseBlocks(spec, target, plan);
  if (choice.kBlock)
    plan.kBlock = std::min(*choice.kBlock, spec.boundOfK());
  if (choice.mBlock)
    plan.mBlock = llvm::alignTo(*choice.mBlock, plan.rows);
  double efficiency =
      estimateEfficiency({plan.rows, plan.vectors}, spec.boundOfM(), spec.n,
                         spec.boundOfK(), target);
  plan.reasonOfTiles = choice.rows ? "chosen"
                                   : llvm::formatv("an estimated {0:P0} of the arithmetic's peak", efficiency).str();
  return plan;
}

/// Whether vectors along the columns of C are worth it that sums are
/// transposed. A tile or packing that somebody has chosen is of rows.
static bool isWorthTurning(const ContractionSpec &spec,
                           const TargetInfo &target,
                           const KernelChoice &choice) {
  const bool lieAlongK = spec.transposeA && !spec.transposeB && !spec.packedB,
             isChosen = choice.rows || choice.pack.value_or(false);
  if (!lieAlongK || isChosen || target.forSize || target.vectorWidth < 4 ||
      ShapedType::isDynamic(spec.m))
    return false;
  // Wider tiles leave more over, and a short batch has fewer steps to share the
  // transposition.
  constexpr double gain = 0.85;
  const ContractionSpec turned = spec.turned();
  auto cycles = [&](const ContractionSpec &one) {
    const int64_t vectors = choosePanelVectors(one.n, target);
    return estimateCycles(
        {chooseTileRows(one.boundOfM(), one.n, vectors, target), vectors},
        one.boundOfM(), one.n, one.boundOfK(), target);
  };
  const double toTranspose =
      cyclesToTranspose(spec.m, spec.n, target) * (spec.accumulate ? 2 : 1);
  return cycles(turned) + toTranspose < cycles(spec) * gain;
}

KernelPlan planKernel(const ContractionSpec &spec, const TargetInfo &target,
                      const KernelChoice &choice, bool hasEpilogue) {
  if (!hasEpilogue && isWorthTurning(spec, target, choice))
    return planTiles(spec.turned(), target, choice, /*turned=*/true);
  return planTiles(spec, target, choice, /*turned=*/false);
}

std::optional<std::string> settleChoice(const ContractionSpec &spec, const TargetInfo &target, KernelChoice &choice) {
  const KernelChoice wanted = choice;
  std::string whyNot;
  if (int64_t vectors = choosePanelVectors(spec.n, target); spec.packedB && wanted.vectors.value_or(vectors) != vectors) {
    whyNot = llvm::formatv("tiles of {0} vectors; its right side comes in panels of {1}", *wanted.vectors, vectors);
    choice.rows = choice.vectors = std::nullopt;
  }
  if (spec.packedB && wanted.pack.value_or(false)) {
    whyNot = "its right side packed; it comes packed";
    choice.pack = std::nullopt;
  }
  if (spec.transposeB && !wanted.pack.value_or(true)) {
    whyNot = "its right side read where it is; its columns lie apart there";
    choice.pack = std::nullopt;
  }
  if (spec.transposeB && spec.k % wanted.kBlock.value_or(spec.k) != 0) {
    whyNot = llvm::formatv("blocks of {0} along the sum; they must divide {1}, as its right side is transposed",
                           *wanted.kBlock, spec.k);
    choice.kBlock = std::nullopt;
  }
  if (whyNot.empty() || choice.isForAll)
    return std::nullopt;
  return whyNot;
}

} // namespace ingot::codegen
