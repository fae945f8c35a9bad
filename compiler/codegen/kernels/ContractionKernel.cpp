//===- ContractionKernel.cpp - the code of one matrix product -------------===//
//
// The loop nest, from the outside: blocks of K (packing B), blocks of M,
// panels of N, tiles of M, k. A tile of C lives in vectors carried by the
// innermost loop, so each element is one sum in ascending k: blocks of K
// continue it through C. The rows left over by whole tiles get their own,
// wider tiles, selected by their number at run time when M is dynamic.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ContractionKernel.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/Packing.h"
#include "codegen/kernels/Transposition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

namespace {

/// One block of K.
struct KBlock {
  Value kBase;
  Value kExtent;
  std::optional<int64_t> staticKExtent;
  bool packed = false;
  /// Whether sums start at zero here: always, never, or when `isFirst`.
  bool overwrite = false;
  Value isFirst;
  /// Whether sums are complete here: always, or when `isLast`.
  Value isLast;
};

/// A tile of C, its last vector possibly partial.
struct Tile {
  int64_t rows;
  int64_t vectors;
  int64_t lastActive;
  Value row;
  Value column;
  Value panel;
};

/// Of a turned tile, what is transposed at once: `count` rows and, of one of
/// their vectors, the lanes from `lane` on, of which `length` are elements of
/// C.
struct Square {
  int64_t firstRow, count;
  int64_t vector, lane, length;
  Value rowOfC, columnOfC;

  SmallVector<Value> at(KernelEmitter &emit, int64_t row) const {
    return {emit.add(rowOfC, row), columnOfC};
  }
};

class ContractionEmitter {
public:
  ContractionEmitter(OpBuilder &builder, Location loc,
                     const ContractionSpec &wanted, const KernelPlan &plan,
                     const TargetInfo &target, const Epilogue *epilogue)
      : emit(builder, loc), spec(plan.turned ? wanted.turned() : wanted),
        layoutOfC(wanted.c), plan(plan), target(target), epilogue(epilogue),
        width(target.vectorWidth) {}

  void run(ArrayRef<BlockArgument> arguments);

private:
  using TileBody = llvm::function_ref<void(Tile)>;

  void bindArguments(ArrayRef<BlockArgument> arguments);
  void emitBlocksOfK(bool packed, int64_t kBlock);
  void emitBlock(const KBlock &block);
  void emitLeftOverRows(const KBlock &block, Value firstRow, int64_t rows);
  void forEachColumnTile(int64_t rows, int64_t vectors, TileBody body);
  void emitTile(const KBlock &block, const Tile &tile);
  void storeTile(const Tile &tile, ValueRange sums);
  SmallVector<Value> loadTurned(const Tile &tile);
  void storeTurned(const Tile &tile, ValueRange sums);
  void forEachSquare(const Tile &tile,
                     llvm::function_ref<void(const Square &)> body);
  SmallVector<Value> applyEpilogue(const Tile &tile, ValueRange sums);
  SmallVector<Value> loadTile(const KBlock &block, const Tile &tile);
  SmallVector<Value> emitStep(const KBlock &block, const Tile &tile, Value k,
                              ValueRange sums);
  Value loadB(const KBlock &block, const Tile &tile, Value k, int64_t vector);
  int64_t activeLanes(const Tile &tile, int64_t vector) const {
    return vector + 1 == tile.vectors ? tile.lastActive : width;
  }

  KernelEmitter emit;
  const ContractionSpec spec;
  const MatrixLayout &layoutOfC;
  const KernelPlan &plan;
  const TargetInfo &target;
  const Epilogue *epilogue;
  int64_t width;
  Value a, b, c, scratch, dynamicExtent;
  SmallVector<Value> epilogueInputs;
};

} // namespace

void ContractionEmitter::bindArguments(ArrayRef<BlockArgument> arguments) {
  unsigned next = 0;
  // A turned product has the operands of the one that it stands for.
  SmallVector<std::pair<Value *, const MatrixLayout *>> operands = {
      {&a, &spec.a}, {&b, &spec.b}, {&c, &layoutOfC}};
  if (plan.turned)
    std::swap(operands[0], operands[1]);
  *operands[0].first = arguments[next++];
  *operands[1].first = arguments[next++];
  c = arguments[next++];
  if (plan.pack)
    scratch = arguments[next++];
  else if (spec.packedB)
    scratch = b;
  if (spec.isDynamic())
    dynamicExtent = arguments[next++];
  if (epilogue) {
    epilogueInputs.resize(epilogue->inputs.size());
    for (auto [value, input] : llvm::zip_equal(epilogueInputs, epilogue->inputs)) {
      value = arguments[next++];
      operands.push_back({&value, &input.matrix});
    }
  }
  for (auto [operand, matrix] : operands) {
    if (!matrix->hasOffset)
      continue;
    OpBuilder &builder = emit.builder;
    OpFoldResult offset = arguments[next++], rowStride = builder.getIndexAttr(matrix->rowStride);
    if (matrix->hasDynamicStride())
      rowStride = arguments[next++];
    *operand = memref::ReinterpretCastOp::create(
        builder, emit.loc, matrix->viewType(builder.getContext()), *operand, offset,
        {builder.getIndexAttr(matrix->rows),
         builder.getIndexAttr(matrix->cols)},
        {rowStride, builder.getIndexAttr(1)});
  }
}

void ContractionEmitter::run(ArrayRef<BlockArgument> arguments) {
  bindArguments(arguments);
  if (plan.packFromRows == 0)
    return emitBlocksOfK(plan.pack || spec.packedB, plan.kBlock);
  Value isShort = arith::CmpIOp::create(
      emit.builder, emit.loc, arith::CmpIPredicate::ult, dynamicExtent,
      emit.index(plan.packFromRows));
  emit.branch(
      isShort, [&] { emitBlocksOfK(/*packed=*/false, spec.k); },
      [&] { emitBlocksOfK(/*packed=*/true, plan.kBlock); });
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void ContractionEmitter::emitBlocksOfK(bool packed, int64_t kBlock) {
  bool isDynamic = ShapedType::isDynamic(spec.k);
  KBlock block;
  block.packed = packed;
  if (kBlock >= spec.boundOfK()) {
    block.kBase = emit.index(0);
    block.kExtent = isDynamic ? dynamicExtent : emit.index(spec.k);
    if (!isDynamic)
      block.staticKExtent = spec.k;
    block.overwrite = !spec.accumulate;
    return emitBlock(block);
  }
  Value k = isDynamic ? dynamicExtent : emit.index(spec.k);
  // An empty sum still writes its zero, so there is always one block.
  Value end = isDynamic ? arith::MaxUIOp::create(emit.builder, emit.loc, k,
                                                 emit.index(1))
                        : k;
  emit.loop(emit.index(0), end, kBlock, [&](Value kBase) {
    block.kBase = kBase;
    if (!isDynamic && spec.k % kBlock == 0) {
      block.kExtent = emit.index(kBlock);
      block.staticKExtent = kBlock;
    } else {
      block.kExtent = emit.min(emit.sub(k, kBase), emit.index(kBlock));
    }
    if (!spec.accumulate)
      block.isFirst = arith::CmpIOp::create(emit.builder, emit.loc,
                                            arith::CmpIPredicate::eq, kBase,
                                            emit.index(0));
    if (epilogue)
      block.isLast = arith::CmpIOp::create(emit.builder, emit.loc, arith::CmpIPredicate::uge,
                                           emit.add(kBase, kBlock), k);
    emitBlock(block);
  });
}

void ContractionEmitter::emitBlock(const KBlock &block) {
  if (block.packed && plan.pack) {
    PackedBlock packed{b,
                       scratch,
                       spec.n,
                       block.kBase,
                       block.kExtent,
                       block.staticKExtent,
                       width,
                       plan.panelWidth(target)};
    if (spec.transposeB)
      emitPackTransposed(emit, packed);
    else
      emitPackRows(emit, packed);
  }

  bool isDynamic = ShapedType::isDynamic(spec.m);
  bool hasTiles = spec.boundOfM() >= plan.rows;
  int64_t leftOver = isDynamic ? 0 : spec.m % plan.rows;
  Value dynamicLeftOver = !isDynamic ? Value() : hasTiles ? emit.rem(dynamicExtent, plan.rows) : dynamicExtent;
  Value end = isDynamic ? emit.sub(dynamicExtent, dynamicLeftOver)
                        : emit.index(spec.m - leftOver);

  auto emitRows = [&](Value from, Value to) {
    forEachColumnTile(plan.rows, plan.vectors, [&](Tile tile) {
      emit.loop(from, to, plan.rows, [&](Value row) {
        tile.row = row;
        emitTile(block, tile);
      });
    });
  };
  if (hasTiles && plan.mBlock == 0)
    emitRows(emit.index(0), end);
  else if (hasTiles)
    emit.loop(emit.index(0), end, plan.mBlock, [&](Value from) {
      emitRows(from, emit.min(emit.add(from, plan.mBlock), end));
    });

  if (plan.singleLeftOverRows && (isDynamic || leftOver))
    return emit.loop(end, isDynamic ? dynamicExtent : emit.index(spec.m), 1,
                     [&](Value row) { emitLeftOverRows(block, row, 1); });
  if (!isDynamic)
    return emitLeftOverRows(block, end, leftOver);
  auto cases = llvm::to_vector(llvm::seq<int64_t>(1, std::min(plan.rows, spec.boundOfM() + 1)));
  auto byRows =
      scf::IndexSwitchOp::create(emit.builder, emit.loc, TypeRange(),
                                 dynamicLeftOver, cases, cases.size());
  auto fillRegion = [&](Region &region, int64_t rows) {
    OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder.createBlock(&region);
    emitLeftOverRows(block, end, rows);
    scf::YieldOp::create(emit.builder, emit.loc);
  };
  fillRegion(byRows.getDefaultRegion(), 0);
  for (auto [rows, region] : llvm::zip(cases, byRows.getCaseRegions()))
    fillRegion(region, rows);
}

void ContractionEmitter::emitLeftOverRows(const KBlock &block, Value firstRow,
                                          int64_t rows) {
  if (rows == 0)
    return;
  // Few rows take more vectors each: a sum needs its neighbours to hide the
  // latency of the addition.
  forEachColumnTile(rows, plan.vectorsFor(rows, spec, target), [&](Tile tile) {
    tile.row = firstRow;
    emitTile(block, tile);
  });
}

void ContractionEmitter::forEachColumnTile(int64_t rows, int64_t vectors,
                                           TileBody body) {
  int64_t columns = vectors * width, panelWidth = plan.panelWidth(target);
  int64_t full = spec.n / columns, leftOver = spec.n % columns;
  if (full == 1)
    body({rows, vectors, width, {}, emit.index(0), emit.index(0)});
  else if (full > 1)
    emit.loop(emit.index(0), emit.index(full * columns), columns,
              [&](Value column) {
                body({rows, vectors, width, {}, column,
                      emit.div(column, panelWidth)});
              });
  if (leftOver == 0)
    return;
  int64_t count = llvm::divideCeil(leftOver, width);
  body({rows, count, leftOver - (count - 1) * width, {},
        emit.index(full * columns), emit.index(full * columns / panelWidth)});
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

SmallVector<Value> ContractionEmitter::loadTile(const KBlock &block,
                                                const Tile &tile) {
  Value zero = emit.splat(width, 0.0f);
  if (block.overwrite)
    return SmallVector<Value>(tile.rows * tile.vectors, zero);
  SmallVector<Value> sums;
  if (plan.turned) {
    sums = loadTurned(tile);
    if (block.isFirst)
      for (Value &sum : sums)
        sum = arith::SelectOp::create(emit.builder, emit.loc, block.isFirst,
                                      zero, sum);
    return sums;
  }
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t vector = 0; vector < tile.vectors; ++vector) {
      Value sum = emit.load(
          c, {emit.add(tile.row, row), emit.add(tile.column, vector * width)},
          width, activeLanes(tile, vector));
      if (block.isFirst)
        sum = arith::SelectOp::create(emit.builder, emit.loc, block.isFirst,
                                      zero, sum);
      sums.push_back(sum);
    }
  return sums;
}

Value ContractionEmitter::loadB(const KBlock &block, const Tile &tile, Value k,
                                int64_t vector) {
  // What was packed before has all of K in a panel.
  if (block.packed)
    return emit.load(scratch,
                     {emit.add(tile.panel, vector / plan.vectors), spec.packedB ? emit.add(block.kBase, k) : k,
                      emit.index(vector % plan.vectors * width)},
                     width, width);
  return emit.load(
      b, {emit.add(block.kBase, k), emit.add(tile.column, vector * width)},
      width, activeLanes(tile, vector));
}

SmallVector<Value> ContractionEmitter::emitStep(const KBlock &block,
                                                const Tile &tile, Value k,
                                                ValueRange sums) {
  SmallVector<Value> rowOfB, result;
  for (int64_t vector = 0; vector < tile.vectors; ++vector)
    rowOfB.push_back(loadB(block, tile, k, vector));
  Value kOfA = emit.add(block.kBase, k);
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value rowOfA = emit.add(tile.row, row);
    Value element = spec.transposeA ? emit.loadScalar(a, {kOfA, rowOfA})
                                    : emit.loadScalar(a, {rowOfA, kOfA});
    Value factor = emit.broadcast(element, width);
    for (Value other : rowOfB) {
      Value sum = sums[result.size()];
      if (target.fma) {
        sum = vector::FMAOp::create(emit.builder, emit.loc, factor, other, sum);
      } else {
        Value product =
            arith::MulFOp::create(emit.builder, emit.loc, factor, other);
        sum = arith::AddFOp::create(emit.builder, emit.loc, sum, product);
      }
      result.push_back(sum);
    }
  }
  return result;
}

void ContractionEmitter::emitTile(const KBlock &block, const Tile &tile) {
  // Tiles of rows left over are many and seldom run; less of them is unrolled.
  int64_t unroll = tile.rows == plan.rows ? plan.unroll : std::min<int64_t>(plan.unroll, 2);
  auto emitSteps = [&](Value k, ValueRange init, int64_t count) {
    SmallVector<Value> sums(init);
    for (int64_t step = 0; step < count; ++step)
      sums = emitStep(block, tile, emit.add(k, step), sums);
    return sums;
  };

  SmallVector<Value> sums = loadTile(block, tile);
  Value zero = emit.index(0);
  if (block.staticKExtent) {
    int64_t rest = *block.staticKExtent % unroll;
    int64_t full = *block.staticKExtent - rest;
    if (full > 0)
      sums = emit.loop(zero, emit.index(full), unroll, sums,
                       [&](Value k, ValueRange carried) {
                         return emitSteps(k, carried, unroll);
                       });
    sums = emitSteps(emit.index(full), sums, rest);
  } else {
    Value full = emit.sub(block.kExtent, emit.rem(block.kExtent, unroll));
    sums = emit.loop(zero, full, unroll, sums,
                     [&](Value k, ValueRange carried) {
                       return emitSteps(k, carried, unroll);
                     });
    sums = emit.loop(full, block.kExtent, 1, sums,
                     [&](Value k, ValueRange carried) {
                       return emitSteps(k, carried, 1);
                     });
  }

  if (!epilogue)
    return storeTile(tile, sums);
  auto finish = [&] { storeTile(tile, applyEpilogue(tile, sums)); };
  if (!block.isLast)
    return finish();
  emit.branch(block.isLast, finish, [&] { storeTile(tile, sums); });
}

void ContractionEmitter::storeTile(const Tile &tile, ValueRange sums) {
  if (plan.turned)
    return storeTurned(tile, sums);
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t vector = 0; vector < tile.vectors; ++vector)
      emit.store(
          sums[row * tile.vectors + vector], c,
          {emit.add(tile.row, row), emit.add(tile.column, vector * width)},
          activeLanes(tile, vector));
}

//===----------------------------------------------------------------------===//
// Turned tiles: their rows are columns of C
//===----------------------------------------------------------------------===//

SmallVector<Value> ContractionEmitter::loadTurned(const Tile &tile) {
  const int64_t side = sideOfSquare(width);
  SmallVector<SmallVector<Value>> parts(tile.rows * tile.vectors);
  forEachSquare(tile, [&](const Square &square) {
    SmallVector<Value> rows;
    for (int64_t i = 0; i < side; ++i)
      rows.push_back(i < square.length
                         ? emit.load(c, square.at(emit, i), side, square.count)
                         : emit.splat(side, 0.0f));
    rows = transposeSquare(emit, rows);
    for (int64_t i = 0; i < square.count; ++i)
      parts[(square.firstRow + i) * tile.vectors + square.vector].push_back(
          rows[i]);
  });
  return llvm::map_to_vector(parts, [&](ArrayRef<Value> slices) {
    return joinSlices(emit, slices, width);
  });
}

void ContractionEmitter::storeTurned(const Tile &tile, ValueRange sums) {
  const int64_t side = sideOfSquare(width);
  forEachSquare(tile, [&](const Square &square) {
    SmallVector<Value> columns;
    for (int64_t i = 0; i < square.count; ++i)
      columns.push_back(
          sums[(square.firstRow + i) * tile.vectors + square.vector]);
    SmallVector<Value> rows =
        transposeColumns(emit, columns, square.lane, side);
    for (int64_t i = 0; i < square.length; ++i)
      emit.store(rows[i], c, square.at(emit, i), square.count);
  });
}

/// The squares of a tile; lanes that are not stored have none, but for those
/// beside others.
void ContractionEmitter::forEachSquare(
    const Tile &tile, llvm::function_ref<void(const Square &)> body) {
  const int64_t side = sideOfSquare(width);
  for (int64_t firstRow = 0; firstRow < tile.rows; firstRow += side)
    for (int64_t vector = 0; vector < tile.vectors; ++vector)
      for (int64_t lane = 0; lane < width; lane += side) {
        const int64_t length =
            std::clamp<int64_t>(activeLanes(tile, vector) - lane, 0, side);
        body({firstRow, std::min(side, tile.rows - firstRow), vector, lane,
              length, emit.add(tile.column, vector * width + lane),
              emit.add(tile.row, firstRow)});
      }
}

SmallVector<Value> ContractionEmitter::applyEpilogue(const Tile &tile, ValueRange sums) {
  auto load = [&](unsigned input, int64_t row, int64_t vector) {
    Value from = epilogue->inputs[input].isRow ? emit.index(0) : emit.add(tile.row, row);
    return emit.load(epilogueInputs[input], {from, emit.add(tile.column, vector * width)}, width,
                     activeLanes(tile, vector));
  };
  SmallVector<Value> result(sums.size());
  for (int64_t vector = 0; vector < tile.vectors; ++vector) {
    // What all rows share is loaded once.
    SmallVector<Value> loaded(epilogueInputs.size());
    for (int64_t row = 0; row < tile.rows; ++row) {
      for (unsigned input = 0; input < loaded.size(); ++input)
        if (row == 0 || !epilogue->inputs[input].isRow)
          loaded[input] = load(input, row, vector);
      Value &sum = result[row * tile.vectors + vector];
      sum = epilogue->emit(emit, sums[row * tile.vectors + vector], loaded, width);
    }
  }
  return result;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

func::FuncOp emitContractionKernel(OpBuilder &builder, Location loc,
                                   StringRef name,
                                   const ContractionSpec &spec,
                                   const KernelPlan &plan,
                                   const TargetInfo &target,
                                   const Epilogue *epilogue) {
  MLIRContext *context = builder.getContext();
  SmallVector<Type> types;
  SmallVector<unsigned> readOnly = {0, 1};
  for (const MatrixLayout *matrix : {&spec.a, &spec.b, &spec.c})
    types.push_back(matrix->parameterType(context));
  if (spec.packedB)
    types[1] = packedType(spec, target, context);
  if (plan.pack)
    types.push_back(plan.scratchType(spec, target, context));
  types.append(spec.isDynamic(), builder.getIndexType());
  unsigned indices = spec.a.numIndices() + spec.b.numIndices() + spec.c.numIndices();
  if (epilogue)
    for (const EpilogueInput &input : epilogue->inputs) {
      readOnly.push_back(types.size());
      types.push_back(input.matrix.parameterType(context));
      indices += input.matrix.numIndices();
    }
  types.append(indices, builder.getIndexType());

  OpBuilder::InsertionGuard guard(builder);
  auto function = createKernelFunction(builder, loc, name, types);
  for (unsigned operand : readOnly)
    function.setArgAttr(operand, LLVM::LLVMDialect::getReadonlyAttrName(), builder.getUnitAttr());
  ContractionEmitter(builder, loc, spec, plan, target, epilogue)
      .run(function.getArguments());
  func::ReturnOp::create(builder, loc);
  return function;
}

} // namespace ingot::codegen
