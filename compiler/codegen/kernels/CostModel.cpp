//===- CostModel.cpp - what a tile costs ----------------------------------===//
//
// A step along k is bound by the arithmetic, the loads, the instructions or the latency
// of the sums, which wait for themselves. To it come the lines of B and A on their way
// from the second cache, of which out-of-order execution hides most.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CostModel.h"
#include "codegen/kernels/Transposition.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// The machine: Haswell to Zen 4, Cortex-A72 to Neoverse
//===----------------------------------------------------------------------===//

static constexpr double fusedPerCycle = 2;
static constexpr double separatePerCycle = 1;
static constexpr double loadsPerCycle = 2;
static constexpr double instructionsPerCycle = 4;
/// One more than that of a fused product: the schedule is never perfect.
static constexpr double latency = 5;
static constexpr double lineBytes = 64;
/// What is not hidden of a line's way from the second cache.
static constexpr double cyclesPerLine = 0.16;
/// Around the loop over k: addresses, the branch that is not foreseen.
static constexpr double cyclesPerTile = 8;
/// Each row more makes a kernel's code longer, that for the rows left over by the
/// square. More than eight gained nothing on any target.
static constexpr int64_t mostRows = 8, mostRowsForSize = 4;
/// What wider tiles have to gain: they leave more columns over.
static constexpr double gainOfWidth = 0.95;

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// SSE: instructions of two operands, so that what a product overwrites is copied
/// before, and an element is loaded and then spread.
static bool hasTwoOperands(const TargetInfo &target) {
  return !target.fma && target.vectorWidth <= 4 && target.registers <= 16;
}

bool fitsRegisters(TileShape tile, const TargetInfo &target) {
  // A separate product stands in a register of its own before it is added.
  int64_t temporaries = target.fma ? 1 : hasTwoOperands(target) ? 3 : 2;
  return tile.rows * tile.vectors + tile.vectors + temporaries <= target.registers;
}

double idealCyclesPerStep(TileShape tile, const TargetInfo &target) {
  return static_cast<double>(tile.rows * tile.vectors) / (target.fma ? fusedPerCycle : separatePerCycle);
}

double cyclesPerStep(TileShape tile, const TargetInfo &target) {
  double loads = static_cast<double>(tile.rows + tile.vectors) / loadsPerCycle;
  double lines = static_cast<double>(tile.vectors * target.vectorWidth + tile.rows) * 4 / lineBytes;
  int64_t perProduct = target.fma ? 1 : hasTwoOperands(target) ? 3 : 2, perElement = hasTwoOperands(target) ? 2 : 1;
  double instructions = static_cast<double>(tile.rows * tile.vectors * perProduct + tile.rows * perElement + tile.vectors);
  return std::max({idealCyclesPerStep(tile, target), loads, instructions / instructionsPerCycle, latency}) +
         lines * cyclesPerLine;
}

/// Cycles a step and row over all columns.
static double cyclesPerRow(TileShape tile, int64_t n, const TargetInfo &target) {
  int64_t all = llvm::divideCeil(n, target.vectorWidth), rest = all % tile.vectors;
  double cycles = static_cast<double>(all / tile.vectors) * cyclesPerStep(tile, target);
  if (rest)
    cycles += cyclesPerStep({tile.rows, rest}, target);
  return cycles / static_cast<double>(tile.rows);
}

/// The rows of a tile that has as many as it likes.
static int64_t freelyChosenRows(int64_t n, int64_t vectors, const TargetInfo &target) {
  int64_t best = 1;
  double least = cyclesPerRow({1, vectors}, n, target);
  for (int64_t rows = 2; rows <= mostRows && fitsRegisters({rows, vectors}, target); ++rows) {
    double cycles = cyclesPerRow({rows, vectors}, n, target);
    if (cycles < least) {
      best = rows;
      least = cycles;
    }
  }
  return best;
}

int64_t choosePanelVectors(int64_t n, const TargetInfo &target) {
  int64_t all = llvm::divideCeil(n, target.vectorWidth);
  if (target.forSize)
    return std::min<int64_t>(all, 2);
  int64_t best = 1;
  double least = 0;
  for (int64_t vectors = 1; vectors <= std::min<int64_t>(all, 4); ++vectors) {
    int64_t rows = freelyChosenRows(n, vectors, target);
    double cycles = cyclesPerRow({rows, vectors}, n, target);
    if (vectors == 1 || cycles < least * 0.99) {
      best = vectors;
      least = cycles;
    }
  }
  return best;
}

//===----------------------------------------------------------------------===//
// Whole products
//===----------------------------------------------------------------------===//

int64_t widenTile(TileShape tile, int64_t n, const TargetInfo &target) {
  auto perVector = [&](int64_t vectors) {
    return cyclesPerStep({tile.rows, vectors}, target) / static_cast<double>(vectors);
  };
  int64_t all = llvm::divideCeil(n, target.vectorWidth), vectors = tile.vectors;
  // One register too many is one load more a step, of those that are to spare.
  auto fits = [&](int64_t wider) { return tile.rows * wider + (tile.rows > 1 ? wider : 0) <= target.registers; };
  while (vectors * 2 <= std::min<int64_t>(all, 8) && fits(vectors * 2) &&
         perVector(vectors * 2) < perVector(vectors) * gainOfWidth)
    vectors *= 2;
  return vectors;
}

/// Cycles a step of all tiles in `rows` rows and, behind them, those left over.
static double cyclesOfRows(TileShape tile, int64_t m, int64_t n, const TargetInfo &target) {
  if (target.forSize)
    return static_cast<double>(m - m % tile.rows) * cyclesPerRow(tile, n, target) +
           static_cast<double>(m % tile.rows) * cyclesPerRow({1, tile.vectors}, n, target);
  double cycles = static_cast<double>(m - m % tile.rows) * cyclesPerRow(tile, n, target);
  if (int64_t rest = m % tile.rows)
    cycles += static_cast<double>(rest) *
              cyclesPerRow({rest, widenTile({rest, tile.vectors}, n, target)}, n, target);
  return cycles;
}

int64_t chooseTileRows(int64_t m, int64_t n, int64_t vectors, const TargetInfo &target) {
  if (target.forSize)
    return std::min(m, mostRowsForSize);
  int64_t most = freelyChosenRows(n, vectors, target), best = most;
  // Fewer rows than a tile's are rows left over, which have tiles of their own.
  for (int64_t rows = most - 1; rows >= 1 && m >= most; --rows)
    if (cyclesOfRows({rows, vectors}, m, n, target) < cyclesOfRows({best, vectors}, m, n, target) * 0.99)
      best = rows;
  return best;
}

int64_t rowsForAllTiles(bool forSize) {
  // Rows left over have a tile for each number of them, in small code one for one.
  return forSize ? mostRowsForSize + 1 : mostRows;
}

double estimateCycles(TileShape tile, int64_t m, int64_t n, int64_t k,
                      const TargetInfo &target) {
  int64_t across = llvm::divideCeil(llvm::divideCeil(n, target.vectorWidth), tile.vectors);
  double stores = static_cast<double>(m * llvm::divideCeil(n, target.vectorWidth));
  double tiles = static_cast<double>(llvm::divideCeil(m, tile.rows) * across);
  return cyclesOfRows(tile, m, n, target) * static_cast<double>(k) + stores +
         tiles * cyclesPerTile;
}

double cyclesToTranspose(int64_t m, int64_t n, const TargetInfo &target) {
  // Three shuffles a row, two of them in a cycle, and stores that may be in
  // parts.
  constexpr double cyclesPerRowOfSquare = 3;
  int64_t side = sideOfSquare(target.vectorWidth);
  return static_cast<double>(llvm::divideCeil(m, side) *
                             llvm::divideCeil(n, side) * side) *
         cyclesPerRowOfSquare;
}

double estimateEfficiency(TileShape tile, int64_t m, int64_t n, int64_t k,
                          const TargetInfo &target) {
  double width = static_cast<double>(target.vectorWidth),
         products = static_cast<double>(m * n) * static_cast<double>(k);
  double ideal =
      products / width / (target.fma ? fusedPerCycle : separatePerCycle);
  return ideal / estimateCycles(tile, m, n, k, target);
}

} // namespace ingot::codegen
