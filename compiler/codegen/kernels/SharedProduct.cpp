//===- SharedProduct.cpp - one function for all matrix products -----------===//
//
// Tiles of columns, in them tiles of rows, and k: what whole tiles leave over is done
// by narrower ones. A transposed matrix is one whose distances are exchanged, so it
// needs neither a copy nor code of its own. Each element is one sum in ascending k.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/SharedProduct.h"
#include "codegen/kernels/KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot::codegen {

bool sharesProducts(const TargetInfo &target) { return target.forSize && target.vectorWidth == 1; }

std::string SharedProduct::name() const {
  return std::string("ingot_kernel_any") + (accumulate ? "_add" : "") + (hasOffsets ? "_at" : "");
}

TileShape chooseSharedTile(const TargetInfo &target, const KernelChoice &choice) {
  // One row: its code is the least, and that for a single sample. Columns share the
  // element of A, and their sums are in registers.
  return {choice.rows.value_or(1), choice.vectors.value_or(target.registers >= 32 ? 8 : 4)};
}

namespace {

class SharedProductEmitter {
public:
  SharedProductEmitter(OpBuilder &builder, Location loc, const SharedProduct &product, const TargetInfo &target)
      : emit(builder, loc), product(product), target(target) {}

  void run(ArrayRef<BlockArgument> arguments) {
    bind(arguments);
    auto rowsOf = [&](Value column, int64_t columns) {
      tilesOf(call.m, product.tile.rows, [&](Value row, int64_t rows) { emitTile(row, column, {rows, columns}); });
    };
    const int64_t columns = product.tile.vectors;
    if (product.accumulate || product.leastColumns < columns)
      return tilesOf(call.n, columns, rowsOf);
    Value last = emit.sub(call.n, emit.index(columns));
    emit.loop(emit.index(0), call.n, columns, [&](Value first) { rowsOf(emit.min(first, last), columns); });
  }

private:
  /// Whole tiles, then what they leave over one by one.
  void tilesOf(Value extent, int64_t size, llvm::function_ref<void(Value, int64_t)> body) {
    Value whole = size == 1 ? extent : emit.sub(extent, emit.rem(extent, size));
    emit.loop(emit.index(0), whole, size, [&](Value first) { body(first, size); });
    if (size > 1)
      emit.loop(whole, extent, 1, [&](Value first) { body(first, 1); });
  }

  /// A matrix as the floats that it lies in, where `offset` is zero.
  Value floatsAt(Value pointer, Value offset) {
    OpBuilder &builder = emit.builder;
    OpFoldResult begin = builder.getIndexAttr(0);
    auto layout = StridedLayoutAttr::get(builder.getContext(), offset ? ShapedType::kDynamic : 0, {1});
    if (offset)
      begin = offset;
    constexpr int64_t some = 1; // nothing asks how many
    auto type = MemRefType::get({some}, builder.getF32Type(), layout);
    return memref::ReinterpretCastOp::create(builder, emit.loc, type, pointer, begin,
                                             ArrayRef<OpFoldResult>{builder.getIndexAttr(some)},
                                             ArrayRef<OpFoldResult>{builder.getIndexAttr(1)});
  }

  void bind(ArrayRef<BlockArgument> arguments) {
    Value *values[] = {&call.a,    &call.b,     &call.c,     &call.m,    &call.n,       &call.k,       &call.aRow,
                       &call.aStep, &call.bStep, &call.bColumn, &call.cRow, &call.aOffset, &call.bOffset, &call.cOffset};
    for (auto [value, argument] : llvm::zip(values, arguments))
      *value = argument;
    call.a = floatsAt(call.a, call.aOffset);
    call.b = floatsAt(call.b, call.bOffset);
    call.c = floatsAt(call.c, call.cOffset);
  }

  Value times(Value lhs, Value rhs) {
    return arith::MulIOp::create(emit.builder, emit.loc, lhs, rhs,
                                 arith::IntegerOverflowFlags::nsw | arith::IntegerOverflowFlags::nuw);
  }

  /// `count` indices, the first at `first`, each `distance` further.
  SmallVector<Value> series(Value first, Value distance, int64_t count) {
    SmallVector<Value> result = {first};
    while (static_cast<int64_t>(result.size()) < count)
      result.push_back(emit.add(result.back(), distance));
    return result;
  }

  Value multiplyAdd(Value a, Value b, Value sum) {
    if (target.fma)
      return math::FmaOp::create(emit.builder, emit.loc, a, b, sum);
    return arith::AddFOp::create(emit.builder, emit.loc, sum, arith::MulFOp::create(emit.builder, emit.loc, a, b));
  }

  void emitTile(Value row, Value column, TileShape tile) {
    SmallVector<Value> places;
    for (Value start : series(emit.add(times(row, call.cRow), column), call.cRow, tile.rows))
      for (int64_t i = 0; i < tile.vectors; ++i)
        places.push_back(emit.add(start, i));
    SmallVector<Value> carried = {times(row, call.aRow), times(column, call.bColumn)};
    for (Value place : places)
      carried.push_back(product.accumulate ? emit.loadScalar(call.c, place)
                                           : arith::ConstantOp::create(emit.builder, emit.loc,
                                                                       emit.builder.getF32FloatAttr(0)));
    SmallVector<Value> sums = emit.loop(emit.index(0), call.k, 1, carried, [&](Value, ValueRange values) {
      SmallVector<Value> next = {emit.add(values[0], call.aStep), emit.add(values[1], call.bStep)}, ofB;
      for (Value place : series(values[1], call.bColumn, tile.vectors))
        ofB.push_back(emit.loadScalar(call.b, place));
      for (Value place : series(values[0], call.aRow, tile.rows)) {
        Value ofA = emit.loadScalar(call.a, place);
        for (Value other : ofB)
          next.push_back(multiplyAdd(ofA, other, values[next.size()]));
      }
      return next;
    });
    for (auto [sum, place] : llvm::zip(ArrayRef(sums).drop_front(2), places))
      emit.storeScalar(sum, call.c, place);
  }

  KernelEmitter emit;
  const SharedProduct &product;
  const TargetInfo &target;
  SharedProductCall call;
};

SmallVector<Value> argumentsOf(const SharedProductCall &call) {
  SmallVector<Value> values = {call.a,    call.b,     call.c,     call.m,       call.n,   call.k,
                               call.aRow, call.aStep, call.bStep, call.bColumn, call.cRow};
  if (call.aOffset)
    values.append({call.aOffset, call.bOffset, call.cOffset});
  return values;
}

} // namespace

func::FuncOp getOrEmitSharedProduct(ModuleOp module, Location loc, const SharedProduct &product,
                                    const TargetInfo &target) {
  if (auto known = module.lookupSymbol<func::FuncOp>(product.name()))
    return known;
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  constexpr unsigned matrices = 3, numbers = 8, offsets = 3;
  SmallVector<Type> types(matrices, MemRefType::get({}, builder.getF32Type()));
  types.append(numbers + (product.hasOffsets ? offsets : 0), builder.getIndexType());
  func::FuncOp function = createKernelFunction(builder, loc, product.name(), types);
  for (unsigned readOnly : {0, 1})
    function.setArgAttr(readOnly, LLVM::LLVMDialect::getReadonlyAttrName(), builder.getUnitAttr());
  SharedProductEmitter(builder, loc, product, target).run(function.getArguments());
  func::ReturnOp::create(builder, loc);
  return function;
}

void callSharedProduct(OpBuilder &builder, Location loc, func::FuncOp function, const SharedProductCall &call) {
  func::CallOp::create(builder, loc, function, argumentsOf(call));
}

} // namespace ingot::codegen
