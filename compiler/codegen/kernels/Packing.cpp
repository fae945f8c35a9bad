//===- Packing.cpp - copies of B in the order a kernel reads it -----------===//
//
// Rows are copied vector by vector. A transposed B goes through registers in
// squares; scalar machines copy element by element.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Packing.h"
#include "codegen/kernels/Transposition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <algorithm>

using namespace mlir;

namespace ingot::codegen {

/// Calls `body(panel, firstColumn, columns)` for every panel: in a loop where
/// all columns exist, once more for the partial last panel.
static void
forEachPanel(KernelEmitter &emit, const PackedBlock &block,
             llvm::function_ref<void(Value, Value, int64_t)> body) {
  int64_t full = block.n / block.panelWidth;
  int64_t rest = block.n % block.panelWidth;
  if (full > 0)
    emit.loop(emit.index(0), emit.index(full), 1, [&](Value panel) {
      body(panel, emit.mul(panel, block.panelWidth), block.panelWidth);
    });
  if (rest > 0)
    body(emit.index(full), emit.index(full * block.panelWidth), rest);
}

void emitPackRows(KernelEmitter &emit, const PackedBlock &block) {
  int64_t width = block.vectorWidth;
  emit.loop(emit.index(0), block.kExtent, 1, [&](Value k) {
    Value row = emit.add(block.kBase, k);
    forEachPanel(emit, block, [&](Value panel, Value column, int64_t columns) {
      for (int64_t lane = 0; lane < block.panelWidth; lane += width) {
        int64_t active = std::clamp<int64_t>(columns - lane, 0, width);
        Value vector = active == 0
                           ? emit.splat(width, 0.0f)
                           : emit.load(block.source,
                                       {row, emit.add(column, lane)}, width,
                                       active);
        emit.store(vector, block.scratch, {panel, k, emit.index(lane)}, width);
      }
    });
  });
}

//===----------------------------------------------------------------------===//
// Transposition
//===----------------------------------------------------------------------===//

/// Side of the squares of `block` that are transposed in registers.
static int64_t sideOfSquares(const PackedBlock &block) {
  return block.panelWidth % 8 == 0 && block.vectorWidth >= 8 ? 8 : 4;
}

/// Packs `squareRows` x `squareCols` of B, at [column + lane, kBase + k], where at
/// most the side of a square of each exist.
static void packSquare(KernelEmitter &emit, const PackedBlock &block,
                       Value panel, Value column, int64_t lane, Value k,
                       int64_t squareRows, int64_t squareCols) {
  int64_t square = sideOfSquares(block);
  Value sourceCol = emit.add(block.kBase, k);
  SmallVector<Value> rows;
  for (int64_t i = 0; i < square; ++i)
    rows.push_back(i < squareRows
                       ? emit.load(block.source,
                                   {emit.add(column, lane + i), sourceCol},
                                   square, squareCols)
                       : emit.splat(square, 0.0f));
  rows = transposeSquare(emit, rows);
  for (int64_t i = 0; i < squareCols; ++i)
    emit.store(rows[i], block.scratch,
               {panel, emit.add(k, i), emit.index(lane)}, square);
}

static void packElements(KernelEmitter &emit, const PackedBlock &block,
                         Value panel, Value column, int64_t columns, Value k) {
  Value sourceCol = emit.add(block.kBase, k);
  Value zero = arith::ConstantOp::create(emit.builder, emit.loc,
                                         emit.builder.getF32FloatAttr(0.0f));
  for (int64_t lane = 0; lane < block.panelWidth; ++lane) {
    Value element =
        lane < columns
            ? emit.loadScalar(block.source, {emit.add(column, lane), sourceCol})
            : zero;
    emit.storeScalar(element, block.scratch, {panel, k, emit.index(lane)});
  }
}

void emitPackTransposed(KernelEmitter &emit, const PackedBlock &block) {
  assert(block.staticKExtent && "transposing needs a static extent of k");
  int64_t extent = *block.staticKExtent;
  int64_t square = sideOfSquares(block);
  bool inSquares = block.vectorWidth > 1 && block.panelWidth % square == 0;
  forEachPanel(emit, block, [&](Value panel, Value column, int64_t columns) {
    if (!inSquares) {
      emit.loop(emit.index(0), emit.index(extent), 1, [&](Value k) {
        packElements(emit, block, panel, column, columns, k);
      });
      return;
    }
    int64_t full = extent / square * square;
    auto packColumnOfSquares = [&](Value k, int64_t squareCols) {
      for (int64_t lane = 0; lane < block.panelWidth; lane += square)
        packSquare(emit, block, panel, column, lane, k,
                   std::clamp<int64_t>(columns - lane, 0, square), squareCols);
    };
    if (full > 0)
      emit.loop(emit.index(0), emit.index(full), square,
                [&](Value k) { packColumnOfSquares(k, square); });
    if (full < extent)
      packColumnOfSquares(emit.index(full), extent - full);
  });
}

} // namespace ingot::codegen
