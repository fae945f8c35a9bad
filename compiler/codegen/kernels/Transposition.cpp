//===- Transposition.cpp - squares of floats in registers -----------------===//
//
// A square of 8 x 8 takes 24 shuffles, one of 4 x 4 takes 8.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Transposition.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot::codegen {

int64_t sideOfSquare(int64_t vectorWidth) { return vectorWidth >= 8 ? 8 : 4; }

//===----------------------------------------------------------------------===//
// One square
//===----------------------------------------------------------------------===//

namespace {

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

  /// Pairs of rows are interleaved, then pairs of pairs, then halves are
  /// exchanged.
  SmallVector<Value> transposeEight(ArrayRef<Value> rows) {
    SmallVector<Value> pairs, quads, result(8);
    for (int64_t i = 0; i < 8; i += 2) {
      pairs.push_back(
          shuffle(rows[i], rows[i + 1], {0, 8, 1, 9, 4, 12, 5, 13}));
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

} // namespace

SmallVector<Value> transposeSquare(KernelEmitter &emit, ArrayRef<Value> rows) {
  return Transposition(emit, static_cast<int64_t>(rows.size())).run(rows);
}

//===----------------------------------------------------------------------===//
// Vectors of a tile
//===----------------------------------------------------------------------===//

/// `length` lanes of `vector` from `lane` on.
static Value slice(KernelEmitter &emit, Value vector, int64_t lane,
                   int64_t length) {
  if (cast<VectorType>(vector.getType()).getDimSize(0) == length)
    return vector;
  return vector::ExtractStridedSliceOp::create(
      emit.builder, emit.loc, vector, ArrayRef<int64_t>{lane},
      ArrayRef<int64_t>{length}, ArrayRef<int64_t>{1});
}

SmallVector<Value> transposeColumns(KernelEmitter &emit,
                                    ArrayRef<Value> columns, int64_t lane,
                                    int64_t side) {
  SmallVector<Value> square;
  for (Value column : columns)
    square.push_back(slice(emit, column, lane, side));
  square.resize(side, emit.splat(side, 0.0f));
  return transposeSquare(emit, square);
}

Value joinSlices(KernelEmitter &emit, ArrayRef<Value> slices, int64_t width) {
  if (slices.size() == 1)
    return slices.front();
  Value joined = emit.splat(width, 0.0f);
  int64_t lane = 0;
  for (Value part : slices) {
    joined = vector::InsertStridedSliceOp::create(
        emit.builder, emit.loc, part, joined, ArrayRef<int64_t>{lane},
        ArrayRef<int64_t>{1});
    lane += cast<VectorType>(part.getType()).getDimSize(0);
  }
  return joined;
}

} // namespace ingot::codegen
