//===- OutlineLoops.cpp - equal loops become one function ----------------===//
//
// In: bodies of entries with linalg ops on views of the caller's blocks and the
// arena, slices of stacks in loops among them. Out: each elementwise op and reduction as a call of a private function,
// one for all that are equal: predict, evaluate, train_step and gradients run
// the same forward pass, train_step and apply_gradients the same updates.
//
//===----------------------------------------------------------------------===//

#include "codegen/GeneralLoops.h"
#include "codegen/Passes.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/ReductionSpec.h"

#include "ingot/Dialect/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_OUTLINELOOPSPASS
#include "codegen/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// What an op reads and writes: the arguments of its function.
struct LoopInterface {
  SetVector<Value> values;    ///< memory and scalars from outside
  SetVector<Value> constants; ///< made again inside
};

/// What is passed beside the pointer of memory: where it begins, as a slice of a stack
/// does behind its pointer, and strides that nothing tells.
struct Passed {
  explicit Passed(MemRefType type) {
    SmallVector<int64_t> all;
    int64_t offset = 0;
    isPlain = succeeded(type.getStridesAndOffset(all, offset));
    hasOffset = isPlain && offset != 0;
    // Contiguous memory has those of its shape.
    for (auto [dim, stride] : llvm::enumerate(all))
      if (!type.getLayout().isIdentity() && ShapedType::isDynamic(stride))
        strides.push_back(dim);
  }

  unsigned count() const { return hasOffset + strides.size(); }

  bool isPlain, hasOffset;
  SmallVector<unsigned> strides;
};

/// nullopt if some operand cannot be passed as a plain pointer.
std::optional<LoopInterface> interfaceOf(linalg::GenericOp op) {
  LoopInterface interface;
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op.getRegion(), used);
  for (Value value : used) {
    auto memory = dyn_cast<MemRefType>(value.getType());
    if (memory && !Passed(memory).isPlain)
      return std::nullopt;
    Operation *source = value.getDefiningOp();
    (source && isa<arith::ConstantOp>(source) ? interface.constants : interface.values).insert(value);
  }
  return interface;
}

/// Where nothing is gained by knowing that memory does not overlap, a call with strides is
/// longer than the loop.
bool hasStrides(const LoopInterface &interface) {
  return llvm::any_of(interface.values, [](Value value) {
    auto memory = dyn_cast<MemRefType>(value.getType());
    return memory && !Passed(memory).strides.empty();
  });
}

/// Functions that have been made, and the calls of them.
class Outliner {
public:
  explicit Outliner(ModuleOp module) : module(module), isGeneral(sharesLoops(module)) {}

  void outline(func::FuncOp caller) {
    auto maxBatch = caller->getAttrOfType<IntegerAttr>(names::maxBatch);
    if (isGeneral)
      toGeneric(caller);
    SmallVector<linalg::GenericOp> ops;
    caller.walk([&](linalg::GenericOp op) { ops.push_back(op); });
    for (linalg::GenericOp op : ops)
      if (isGeneral && outlineGeneral(op))
        continue;
      else if (auto interface = interfaceOf(op); interface && !(isGeneral && hasStrides(*interface)))
        if (Value size = rowsOf(op, *interface, batchOf(caller)))
          outlineOp(op, *interface, size, maxBatch.getInt());
  }

private:
  static linalg::FillOp startOf(linalg::GenericOp op) {
    return codegen::classifyReduction(op) ? codegen::findStart(op) : linalg::FillOp();
  }

  /// Fills and copies are loops like others.
  static void toGeneric(func::FuncOp caller) {
    IRRewriter rewriter(caller.getContext());
    SmallVector<linalg::LinalgOp> ops;
    caller.walk([&](Operation *op) {
      auto copy = dyn_cast<memref::CopyOp>(op);
      if (auto fill = dyn_cast<linalg::FillOp>(op)) {
        // What a reduction starts from goes where it does.
        if (auto next = dyn_cast_or_null<linalg::GenericOp>(op->getNextNode()); !next || startOf(next) != fill)
          ops.push_back(fill);
      } else if (copy && copy.getSource() != copy.getTarget()) {
        rewriter.setInsertionPoint(copy);
        ops.push_back(linalg::CopyOp::create(rewriter, copy.getLoc(), copy.getSource(), copy.getTarget()));
      }
    });
    for (linalg::LinalgOp op : ops) {
      if (isa<linalg::CopyOp>(op))
        rewriter.eraseOp(op->getNextNode());
      rewriter.setInsertionPoint(op);
      (void)linalg::generalizeNamedOp(rewriter, op);
    }
  }

  /// An op without loops stays: a call would be more.
  bool outlineGeneral(linalg::GenericOp op) {
    if (op.getNumLoops() == 0)
      return true;
    std::optional<codegen::GeneralLoop> loop = codegen::GeneralLoop::of(op);
    if (!loop)
      return false;
    linalg::FillOp start = startOf(op);
    func::FuncOp function = findOrCreate(op.getLoc(), loop->argumentTypes(),
                                         [&](OpBuilder &builder, func::FuncOp function) { loop->emit(builder, start, function); });
    OpBuilder builder(op);
    func::CallOp::create(builder, op.getLoc(), function, loop->argumentsAt(builder));
    op.erase();
    if (start)
      start.erase();
    return true;
  }

  static Value batchOf(func::FuncOp caller) {
    Value batch = argumentWithRole(caller, "batch");
    assert(batch && "a body without a batch: ingot-lower-entries adds one");
    return batch;
  }

  /// The one dynamic size of all memory (the batch, a part of it, or a multiple), the batch
  /// if all is static, or null if there are several.
  static Value rowsOf(linalg::GenericOp op, const LoopInterface &interface, Value batch) {
    OpBuilder builder(op);
    codegen::KernelEmitter emit(builder, op.getLoc());
    Value rows;
    for (Value value : interface.values)
      if (auto memory = dyn_cast<MemRefType>(value.getType()))
        for (int64_t dim = 0; dim < memory.getRank(); ++dim) {
          if (!memory.isDynamicDim(dim))
            continue;
          Value size = emit.sizeOf(value, dim);
          if (rows && rows != size)
            return {};
          rows = size;
        }
    return rows ? rows : batch;
  }

  /// Bare pointers need a static shape: that of the largest batch, or a single
  /// element where an offset or strides follow.
  static Type argumentType(Type type, int64_t maxBatch) {
    auto memory = dyn_cast<MemRefType>(type);
    if (!memory)
      return type;
    if (Passed(memory).count())
      return MemRefType::get({}, memory.getElementType());
    if (memory.hasStaticShape())
      return type;
    SmallVector<int64_t> shape(memory.getShape());
    llvm::replace(shape, ShapedType::kDynamic, maxBatch);
    return MemRefType::get(shape, memory.getElementType(), memory.getLayout().isIdentity()
                                                               ? MemRefLayoutAttrInterface()
                                                               : memory.getLayout());
  }

  void outlineOp(linalg::GenericOp op, const LoopInterface &interface, Value batch, int64_t maxBatch) {
    Location loc = op.getLoc();
    OpBuilder builder(op);
    SmallVector<Value> operands = {batch}, passed;
    SmallVector<Type> types = {batch.getType()};
    for (Value value : interface.values) {
      Type type = argumentType(value.getType(), maxBatch);
      if (auto memory = dyn_cast<MemRefType>(value.getType()); memory && Passed(memory).count()) {
        auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, value);
        operands.push_back(metadata.getBaseBuffer());
        if (Passed(memory).hasOffset)
          passed.push_back(metadata.getOffset());
        for (unsigned dim : Passed(memory).strides)
          passed.push_back(metadata.getStrides()[dim]);
      } else {
        operands.push_back(type == value.getType() ? value
                                                   : memref::CastOp::create(builder, loc, type, value).getResult());
      }
      types.push_back(type);
    }
    types.append(passed.size(), builder.getIndexType());
    operands.append(passed);
    func::FuncOp function = findOrCreate(loc, types, [&](OpBuilder &inside, func::FuncOp function) {
      fill(inside, op, interface, function);
    });
    func::CallOp::create(builder, loc, function, operands);
    op.erase();
  }

  /// The function of an equal op, or a new one.
  func::FuncOp findOrCreate(Location loc, ArrayRef<Type> types,
                            llvm::function_ref<void(OpBuilder &, func::FuncOp)> emitBody) {
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto function = func::FuncOp::create(builder, loc, "ingot_loop", builder.getFunctionType(types, {}));
    function.setPrivate();
    for (auto [i, type] : llvm::enumerate(types))
      if (isa<MemRefType>(type))
        function.setArgAttr(i, "llvm.noalias", builder.getUnitAttr());
    function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    emitBody(builder, function);
    func::ReturnOp::create(builder, loc);

    std::string text;
    llvm::raw_string_ostream out(text);
    // Equal code is equal wherever it is from, also if locations are printed elsewhere.
    function.print(out, OpPrintingFlags().useLocalScope().enableDebugInfo(false));
    auto [known, isNew] = functions.try_emplace(text, function);
    if (!isNew) {
      function.erase();
      return known->second;
    }
    function.setName(("ingot_loop_" + Twine(functions.size() - 1)).str());
    return function;
  }

  /// The op again, on the function's arguments.
  static void fill(OpBuilder &builder, linalg::GenericOp op, const LoopInterface &interface, func::FuncOp function) {
    Location loc = op.getLoc();
    IRMapping map;
    for (Value constant : interface.constants)
      map.map(constant, builder.clone(*constant.getDefiningOp())->getResult(0));
    Value batch = function.getArgument(0);
    ValueRange passed = function.getArguments().drop_front(1 + interface.values.size());
    for (auto [value, argument] : llvm::zip(interface.values, function.getArguments().drop_front())) {
      auto memory = dyn_cast<MemRefType>(value.getType());
      unsigned count = memory ? Passed(memory).count() : 0;
      map.map(value, value.getType() == argument.getType()
                         ? Value(argument)
                         : remade(builder, loc, argument, passed.take_front(count), batch, memory));
      passed = passed.drop_front(count);
    }
    builder.clone(*op, map);
  }

  /// `memory` as what it was at the call; its one dynamic size is `batch`.
  static Value remade(OpBuilder &builder, Location loc, Value memory, ValueRange passed, Value batch, MemRefType type) {
    SmallVector<int64_t> staticStrides;
    int64_t staticOffset;
    (void)type.getStridesAndOffset(staticStrides, staticOffset);
    const Passed numbers(type);
    OpFoldResult offset = ShapedType::isDynamic(staticOffset) ? OpFoldResult(passed.front())
                                                              : OpFoldResult(builder.getIndexAttr(staticOffset));
    SmallVector<OpFoldResult> sizes, strides;
    for (auto [size, stride] : llvm::zip(type.getShape(), staticStrides)) {
      sizes.push_back(ShapedType::isDynamic(size) ? OpFoldResult(batch) : builder.getIndexAttr(size));
      strides.push_back(builder.getIndexAttr(stride));
    }
    for (auto [dim, stride] : llvm::zip(numbers.strides, passed.drop_front(numbers.hasOffset)))
      strides[dim] = stride;
    // Strides before the batch are multiples of it: contiguous memory is row-major.
    int64_t behind = 1;
    for (int64_t dim = type.getRank() - 1; dim >= 0 && type.getLayout().isIdentity(); --dim) {
      if (ShapedType::isDynamic(staticStrides[dim])) {
        Value factor = arith::ConstantIndexOp::create(builder, loc, behind);
        strides[dim] = arith::MulIOp::create(builder, loc, batch, factor).getResult();
      }
      behind *= type.isDynamicDim(dim) ? 1 : type.getDimSize(dim);
    }
    return memref::ReinterpretCastOp::create(builder, loc, type, memory, offset, sizes, strides);
  }

  ModuleOp module;
  bool isGeneral; ///< extents are arguments
  llvm::StringMap<func::FuncOp> functions;
};

struct OutlineLoopsPass : ingot::impl::OutlineLoopsPassBase<OutlineLoopsPass> {
  void runOnOperation() override {
    Outliner outliner(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      // Nothing shares code with `init`, which has numerics of its own.
      auto kind = function->getAttrOfType<StringAttr>(names::kind);
      if (kind && kind != "init")
        outliner.outline(function);
    }
  }
};

} // namespace
