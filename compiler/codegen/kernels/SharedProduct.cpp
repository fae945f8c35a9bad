//===- SharedProduct.cpp - one function for all matrix products -----------===//
//
// Tiles of columns, in them tiles of rows, and k: what whole tiles leave over is done
// by narrower ones. A transposed matrix is one whose distances are exchanged, so it
// needs no copy. Each element is one sum in ascending k.
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

bool sharesProducts(const TargetInfo &target) {
  return target.vectorWidth == 1 && (target.forSize || !target.caches);
}

//===----------------------------------------------------------------------===//
// Which functions
//===----------------------------------------------------------------------===//

SharedPlan planSharedProduct(const TargetInfo &target, const KernelChoice &choice, const SharedExtents &extents) {
  SharedPlan plan;
  // In integer registers a product is a call: what it costs to load is nothing.
  const bool hasFloats = target.registers >= 32;
  // Sums are in registers. A square tile has the fewest loads a product; its code is some
  // 400 bytes, which are worth a quarter of many instructions, not of few.
  constexpr int64_t muchWork = 1 << 16;
  const bool isWorthTiles = !target.forSize || extents.mostWork >= muchWork;
  plan.leftOver = {1, hasFloats ? 8 : 4};
  plan.tile = hasFloats && isWorthTiles ? TileShape{4, 4} : plan.leftOver;
  if (choice.rows) {
    plan.tile = {*choice.rows, *choice.vectors};
    plan.leftOver = {1, *choice.vectors};
  }
  plan.byLayout = hasFloats && !target.forSize;
  plan.unroll = choice.unroll.value_or(plan.byLayout ? 4 : 1);
  return plan;
}

void SharedExtents::add(const ContractionSpec &spec) {
  leastColumns = std::min(leastColumns, spec.n);
  mostRows = std::max(mostRows, spec.boundOfM());
  mostWork = std::max(mostWork, spec.boundOfM() * spec.n * (spec.transposeA ? spec.a.rows : spec.a.cols));
}

SharedProduct::SharedProduct(const SharedPlan &plan, const ContractionSpec &spec, const SharedExtents &extents)
    : plan(plan), layout(sharedName(plan, spec)), transposeA(plan.byLayout && spec.transposeA), transposeB(plan.byLayout && spec.transposeB),
      accumulate(spec.accumulate), hasOffsets(spec.a.hasOffset || spec.b.hasOffset || spec.c.hasOffset), extents(extents),
      onlyLeftOver(hasTiles() && spec.boundOfM() < plan.tile.rows) {}

std::string sharedName(const SharedPlan &plan, const ContractionSpec &spec) {
  std::string name = "ingot_kernel_any";
  return plan.byLayout ? name + (spec.transposeA ? "_t" : "_n") + (spec.transposeB ? "t" : "n") : name;
}

std::string SharedProduct::name() const {
  return layout + (accumulate ? "_add" : "") + (hasOffsets ? "_at" : "") + (onlyLeftOver ? "_rest" : "");
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

namespace {

class SharedProductEmitter {
public:
  SharedProductEmitter(OpBuilder &builder, Location loc, const SharedProduct &product, const TargetInfo &target)
      : emit(builder, loc), product(product), target(target) {}

  void run(ArrayRef<BlockArgument> arguments) {
    bind(arguments);
    Value whole = product.hasTiles() ? roundDown(call.m, product.plan.tile.rows) : emit.index(0);
    if (product.onlyLeftOver || !product.hasTiles())
      return emitRows(whole, call.m, product.plan.leftOver);
    emitRows(emit.index(0), whole, product.plan.tile);
  }

private:
  Value roundDown(Value extent, int64_t size) { return size == 1 ? extent : emit.sub(extent, emit.rem(extent, size)); }

  /// All columns of rows that are whole tiles, then what their tiles leave over one by one.
  void emitRows(Value from, Value to, TileShape tile) {
    const int64_t columns = tile.vectors;
    auto down = [&](Value column, int64_t columns) {
      emit.loop(from, to, tile.rows, [&](Value row) { emitTile(row, column, {tile.rows, columns}); });
    };
    if (!product.accumulate && product.extents.leastColumns >= columns) {
      Value last = emit.sub(call.n, emit.index(columns));
      return emit.loop(emit.index(0), call.n, columns, [&](Value first) { down(emit.min(first, last), columns); });
    }
    Value whole = roundDown(call.n, columns);
    emit.loop(emit.index(0), whole, columns, [&](Value first) { down(first, columns); });
    if (columns > 1)
      emit.loop(whole, call.n, 1, [&](Value first) { down(first, 1); });
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
    if (product.plan.byLayout) {
      (product.transposeA ? call.aRow : call.aStep) = emit.index(1);
      (product.transposeB ? call.bStep : call.bColumn) = emit.index(1);
    }
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
    // What is seldom run is not worth more code.
    const int64_t unroll = tile.vectors == 1 ? 1 : product.plan.unroll;
    Value whole = roundDown(call.k, unroll);
    carried = emit.loop(emit.index(0), whole, unroll, carried, [&](Value, ValueRange values) {
      SmallVector<Value> next(values);
      for (int64_t step = 0; step < unroll; ++step)
        next = emitStep(tile, next);
      return next;
    });
    if (unroll > 1)
      carried = emit.loop(whole, call.k, 1, carried, [&](Value, ValueRange values) { return emitStep(tile, values); });
    for (auto [sum, place] : llvm::zip(ArrayRef(carried).drop_front(2), places))
      emit.storeScalar(sum, call.c, place);
  }

  /// One step along the sum. Places in A and B and the sums, each to the next.
  SmallVector<Value> emitStep(TileShape tile, ValueRange values) {
    SmallVector<Value> next = {emit.add(values[0], call.aStep), emit.add(values[1], call.bStep)}, ofB;
    for (Value place : series(values[1], call.bColumn, tile.vectors))
      ofB.push_back(emit.loadScalar(call.b, place));
    for (Value place : series(values[0], call.aRow, tile.rows)) {
      Value ofA = emit.loadScalar(call.a, place);
      for (Value other : ofB)
        next.push_back(multiplyAdd(ofA, other, values[next.size()]));
    }
    return next;
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
  if (product.hasTiles() && !product.onlyLeftOver) {
    // A function of its own has all registers, and with the same arguments it is a jump.
    SharedProduct leftOver = product;
    leftOver.onlyLeftOver = true;
    OpBuilder::InsertionGuard guard(builder);
    func::FuncOp rest = getOrEmitSharedProduct(module, loc, leftOver, target);
    builder.setInsertionPointToEnd(&function.getBody().front());
    func::CallOp::create(builder, loc, rest, function.getArguments());
  }
  func::ReturnOp::create(builder, loc);
  return function;
}

void callSharedProduct(OpBuilder &builder, Location loc, func::FuncOp function, const SharedProductCall &call) {
  func::CallOp::create(builder, loc, function, argumentsOf(call));
}

} // namespace ingot::codegen
