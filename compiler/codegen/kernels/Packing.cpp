//===- Packing.cpp - copies of B in the order a kernel reads it -----------===//
//
// Rows are copied vector by vector. A transposed B goes through registers in
// squares of 8 x 8, 24 shuffles each, or of 4 x 4, 8 shuffles each; scalar machines
// copy element by element.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Packing.h"

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

/// Vectors of which each has as many floats as there are vectors, transposed.
class Transposition {
public:
  Transposition(KernelEmitter &emit, int64_t side) : emit(emit), side(side) {}

  SmallVector<Value> run(ArrayRef<Value> rows) {
    return side == 4 ? transposeFour(rows) : transposeEight(rows);
  }

private:
  Value shuffle(Value lhs, Value rhs, ArrayRef<int64_t> lanes) {
    return vector::ShuffleOp::create(emit.builder, emit.loc, lhs, rhs, lanes);
  }

  /// Pairs of rows are interleaved, then halves are exchanged.
  SmallVector<Value> transposeFour(ArrayRef<Value> rows) {
    SmallVector<Value> pairs, result;
    for (int64_t i : {0, 2}) {
      pairs.push_back(shuffle(rows[i], rows[i + 1], {0, 4, 1, 5}));
      pairs.push_back(shuffle(rows[i], rows[i + 1], {2, 6, 3, 7}));
    }
    for (int64_t i : {0, 1}) {
      result.push_back(shuffle(pairs[i], pairs[i + 2], {0, 1, 4, 5}));
      result.push_back(shuffle(pairs[i], pairs[i + 2], {2, 3, 6, 7}));
    }
    return result;
  }

  /// Pairs of rows are interleaved, then pairs of pairs, then halves are exchanged.
  SmallVector<Value> transposeEight(ArrayRef<Value> rows) {
    SmallVector<Value> pairs, quads, result(8);
    for (int64_t i = 0; i < 8; i += 2) {
      pairs.push_back(shuffle(rows[i], rows[i + 1], {0, 8, 1, 9, 4, 12, 5, 13}));
      pairs.push_back(
          shuffle(rows[i], rows[i + 1], {2, 10, 3, 11, 6, 14, 7, 15}));
    }
    for (int64_t half : {0, 4})
      for (int64_t i : {half, half + 1}) {
        quads.push_back(
            shuffle(pairs[i], pairs[i + 2], {0, 1, 8, 9, 4, 5, 12, 13}));
        quads.push_back(
            shuffle(pairs[i], pairs[i + 2], {2, 3, 10, 11, 6, 7, 14, 15}));
      }
    for (int64_t i = 0; i < 4; ++i) {
      result[i] = shuffle(quads[i], quads[i + 4], {0, 1, 2, 3, 8, 9, 10, 11});
      result[i + 4] =
          shuffle(quads[i], quads[i + 4], {4, 5, 6, 7, 12, 13, 14, 15});
    }
    return result;
  }

  KernelEmitter &emit;
  int64_t side;
};

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
  rows = Transposition(emit, square).run(rows);
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
