//===- LowerEntries.cpp - entries to functions over the caller's memory --===//
//
// In: entries in tier 2. Out: private functions in which only compute ops of
// tier 2 are left; variables, gradients, metrics and the batch are resolved.
//
//===----------------------------------------------------------------------===//

#include "lower/IndexChecks.h"
#include "lower/Layout.h"
#include "lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_LOWERENTRIESPASS
#include "lower/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

class EntryLowering {
public:
  EntryLowering(EntryOp entry, const Layout &layout, StringRef prefix, int64_t maxBatch)
      : entry(entry), layout(layout), maxBatch(maxBatch), builder(entry), loc(entry.getLoc()) {
    function = func::FuncOp::create(builder, loc, (prefix + "_" + entry.getKind() + "_body").str(),
                                    builder.getFunctionType({}, {}));
    function.setPrivate();
    function->setAttr(names::kind, entry.getKindAttr());
    function->setAttr(names::maxBatch, builder.getI64IntegerAttr(maxBatch));
    if (Attribute paysFrom = entry->getAttr(names::preparePaysFrom))
      function->setAttr(names::preparePaysFrom, paysFrom);
    function.addEntryBlock();
    builder.setInsertionPointToStart(&function.getBody().front());
  }

  void run() {
    collectWrites();
    batch = addArgument(builder.getIndexType(), "batch", "");
    SmallVector<Value> arguments;
    for (BlockArgument argument : entry.getArguments())
      arguments.push_back(lowerArgument(argument));
    Block &body = function.getBody().front();
    for (auto [argument, value] : llvm::zip(entry.getArguments(), arguments))
      argument.replaceAllUsesWith(value);
    body.getOperations().splice(body.end(), entry.block().getOperations());
    for (Operation &op : llvm::make_early_inc_range(body))
      lowerOp(&op);
    entry.erase();
  }

private:
  void collectWrites() {
    for (Operation &op : entry.block()) {
      if (auto write = dyn_cast<WriteOp>(op))
        written.insert(write.getVariable());
      if (auto read = dyn_cast<ReadOp>(op))
        wasRead.insert(read.getVariable());
    }
  }

  Value addArgument(Type type, StringRef role, StringRef name) {
    unsigned index = function.getNumArguments();
    SmallVector<NamedAttribute> attributes = {builder.getNamedAttr(names::role, builder.getStringAttr(role))};
    if (!name.empty())
      attributes.push_back(builder.getNamedAttr(names::name, builder.getStringAttr(name)));
    if (isa<MemRefType>(type))
      attributes.push_back(builder.getNamedAttr("llvm.noalias", builder.getUnitAttr()));
    (void)function.insertArgument(index, type, builder.getDictionaryAttr(attributes), loc);
    return function.getArgument(index);
  }

  /// The caller's block called `role`.
  Value block(StringRef role, uint64_t bytes) {
    Value &value = blocks[role];
    if (!value)
      value = addArgument(MemRefType::get({static_cast<int64_t>(bytes)}, builder.getI8Type()), role, "");
    return value;
  }

  /// A tensor argument of an entry is a memref of its largest size; what is used
  /// of it is its first `batch` samples.
  Value batchView(RankedTensorType type, StringRef role, StringRef name) {
    SmallVector<int64_t> largest(type.getShape());
    for (int64_t &size : largest)
      if (ShapedType::isDynamic(size))
        size = maxBatch;
    Value whole = addArgument(MemRefType::get(largest, type.getElementType()), role, name);
    if (type.hasStaticShape())
      return whole;
    SmallVector<OpFoldResult> sizes, strides(type.getRank());
    int64_t stride = 1;
    for (int64_t i = type.getRank() - 1; i >= 0; --i) {
      strides[i] = builder.getIndexAttr(stride);
      stride *= type.isDynamicDim(i) ? 1 : type.getDimSize(i);
    }
    for (int64_t size : type.getShape())
      sizes.push_back(ShapedType::isDynamic(size) ? OpFoldResult(batch) : builder.getIndexAttr(size));
    return memref::ReinterpretCastOp::create(builder, loc, MemRefType::get(type.getShape(), type.getElementType()),
                                             whole, builder.getIndexAttr(0), sizes, strides);
  }

  /// A missing sample weight is a single 1 with stride 0.
  Value sampleWeight(RankedTensorType type, StringRef name) {
    Value base = addArgument(MemRefType::get({1}, type.getElementType()), "sample_weight", name);
    Value stride = addArgument(builder.getIndexType(), "sample_weight_stride", name);
    auto layoutAttribute = StridedLayoutAttr::get(builder.getContext(), 0, {ShapedType::kDynamic});
    auto strided = MemRefType::get({ShapedType::kDynamic}, type.getElementType(), layoutAttribute);
    return memref::ReinterpretCastOp::create(builder, loc, strided, base, builder.getIndexAttr(0),
                                             ArrayRef<OpFoldResult>{batch}, ArrayRef<OpFoldResult>{stride});
  }

  Value toTensor(Value memory, Type type, bool writable) {
    return bufferization::ToTensorOp::create(builder, loc, type, memory, /*restrict=*/true, writable);
  }

  Value lowerArgument(BlockArgument argument) {
    unsigned index = argument.getArgNumber();
    StringRef role = entry.getArgAttrOfType<StringAttr>(index, names::role).getValue();
    StringRef name = entry.getArgAttrOfType<StringAttr>(index, names::name).getValue();
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      return addArgument(argument.getType(), role, name);
    Value memory = role == "sample_weight" ? sampleWeight(type, name) : batchView(type, role, name);
    if (auto classes = entry.getArgAttr(index, names::classes)) {
      unsigned last = function.getNumArguments() - 1;
      function.setArgAttr(last, names::classes, classes);
      function.setArgAttr(last, names::labelsPerSample,
                          builder.getI64IntegerAttr(shape::elementsPerSample(shapeOf(type))));
    }
    return toTensor(memory, type, false);
  }

  /// The memory of a variable; made once, so that a write and the reads of it
  /// are seen to meet.
  Value variableView(StringRef symbol, RankedTensorType type, bool gradient) {
    Value &view = (gradient ? gradientViews : variableViews)[symbol];
    if (view)
      return view;
    auto variable = SymbolTable::lookupNearestSymbolFrom<VariableOp>(
        entry, StringAttr::get(builder.getContext(), symbol));
    Value memory = gradient ? block("grads", layout.paramsBytes())
                   : variable.isWeight() ? block("params", layout.paramsBytes())
                                         : block("state", layout.stateBytes());
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getBody().front());
    Value offset = arith::ConstantIndexOp::create(builder, loc, layout.offsetOf(symbol));
    view = memref::ViewOp::create(builder, loc, MemRefType::get(type.getShape(), type.getElementType()),
                                  memory, offset, ValueRange());
    return view;
  }

  /// A fill that CSE shared is made again, straight into its destination. The parts
  /// of a concatenation go each into theirs: `init` has no arena to join them in.
  void store(Value tensor, Value memory, bool neverRead) {
    if (auto concat = tensor.getDefiningOp<ConcatOp>(); concat && neverRead && tensorType(tensor).hasStaticShape())
      return storeParts(concat, memory);
    if (auto fill = tensor.getDefiningOp<FillOp>(); fill && !fill->hasOneUse())
      tensor = cast<FillOp>(builder.clone(*fill)).getResult();
    bufferization::MaterializeInDestinationOp::create(builder, tensor.getLoc(), TypeRange(), tensor, memory,
                                                      /*restrict=*/neverRead, /*writable=*/true);
  }

  void storeParts(ConcatOp concat, Value memory) {
    SmallVector<OpFoldResult> offsets(tensorType(concat).getRank(), builder.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(offsets.size(), builder.getIndexAttr(1));
    int64_t offset = 0;
    for (Value part : concat.getInputs()) {
      RankedTensorType type = tensorType(part);
      offsets[concat.getAxis()] = builder.getIndexAttr(offset);
      offset += type.getDimSize(concat.getAxis());
      store(part,
            memref::SubViewOp::create(builder, concat.getLoc(), memory, offsets,
                                      getAsIndexOpFoldResult(builder.getContext(), type.getShape()), strides),
            /*neverRead=*/true);
    }
  }

  void lowerOp(Operation *op) {
    builder.setInsertionPoint(op);
    loc = op->getLoc();
    if (auto read = dyn_cast<ReadOp>(op)) {
      Value view = variableView(read.getVariable(), tensorType(read), false);
      replace(op, toTensor(view, read.getType(), written.contains(read.getVariable())));
    } else if (auto write = dyn_cast<WriteOp>(op)) {
      Value view = variableView(write.getVariable(), tensorType(write.getValue()), false);
      store(write.getValue(), view, !wasRead.contains(write.getVariable()));
      op->erase();
    } else if (auto read = dyn_cast<GradientReadOp>(op)) {
      replace(op, toTensor(variableView(read.getVariable(), tensorType(read), true), read.getType(), false));
    } else if (auto write = dyn_cast<GradientWriteOp>(op)) {
      store(write.getValue(), variableView(write.getVariable(), tensorType(write.getValue()), true), true);
      op->erase();
    } else if (isa<BatchOp>(op)) {
      replace(op, batch);
    } else if (auto accumulate = dyn_cast<AccumulateOp>(op)) {
      lowerAccumulate(accumulate);
    } else if (auto ret = dyn_cast<ReturnOp>(op)) {
      lowerReturn(ret);
    }
  }

  static void replace(Operation *op, Value value) {
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  }

  /// Kahan: the compensation holds what the last additions lost.
  void lowerAccumulate(AccumulateOp op) {
    Value memory = block("metrics", layout.metricsBytes());
    uint64_t base = layout.offsetOfMetric(op.getKey());
    auto field = [&](uint64_t offset, Type type) -> Value {
      Value at = arith::ConstantIndexOp::create(builder, loc, base + offset);
      return memref::ViewOp::create(builder, loc, MemRefType::get({}, type), memory, at, ValueRange());
    };
    Type f32 = builder.getF32Type(), i32 = builder.getI32Type();
    Value sum = field(0, f32), lost = field(Layout::compensationOffset, f32), count = field(Layout::countOffset, i32);
    Value value = tensor::ExtractOp::create(builder, loc, op.getSum(), ValueRange());
    Value before = memref::LoadOp::create(builder, loc, sum);
    Value corrected = arith::SubFOp::create(builder, loc, value, memref::LoadOp::create(builder, loc, lost));
    Value after = arith::AddFOp::create(builder, loc, before, corrected);
    Value gained = arith::SubFOp::create(builder, loc, after, before);
    memref::StoreOp::create(builder, loc, arith::SubFOp::create(builder, loc, gained, corrected), lost);
    memref::StoreOp::create(builder, loc, after, sum);
    Value number = arith::IndexCastOp::create(builder, loc, i32, op.getCount());
    Value total = arith::AddIOp::create(builder, loc, memref::LoadOp::create(builder, loc, count), number);
    memref::StoreOp::create(builder, loc, total, count);
    op.erase();
  }

  void lowerReturn(ReturnOp op) {
    for (auto [i, value] : llvm::enumerate(op.getResults())) {
      auto name = entry.getResultAttrOfType<StringAttr>(i, names::name);
      OpBuilder::InsertionGuard guard(builder);
      StringRef role = entry.getKind() == kinds::prepare ? "prepared" : "output";
      store(value, batchView(tensorType(value), role, name ? name.getValue() : ""), true);
    }
    func::ReturnOp::create(builder, loc);
    op.erase();
  }

  EntryOp entry;
  func::FuncOp function;
  const Layout &layout;
  int64_t maxBatch;
  OpBuilder builder;
  Location loc;
  Value batch;
  llvm::StringMap<Value> blocks, variableViews, gradientViews;
  llvm::DenseSet<StringRef> written, wasRead;
};

struct LowerEntriesPass : ingot::impl::LowerEntriesPassBase<LowerEntriesPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto maxBatch = module->getAttrOfType<IntegerAttr>(names::maxBatch);
    if (!maxBatch) {
      module.emitError("lacks the attribute `") << names::maxBatch << "`";
      return signalPassFailure();
    }
    auto prefix = module->getAttrOfType<StringAttr>(names::prefix);
    auto others = module->getAttrOfType<DictionaryAttr>("ingot.max_batch_of");
    Layout layout(module);
    Builder builder(&getContext());
    auto keys = llvm::map_to_vector(layout.metrics(), [](const std::string &key) { return StringRef(key); });
    module->setAttr("ingot.metrics", builder.getStrArrayAttr(keys));
    for (EntryOp entry : llvm::make_early_inc_range(module.getOps<EntryOp>())) {
      if (failed(markIndices(entry)))
        return signalPassFailure();
      StringRef kind = entry.getKind() == kinds::predictPrepared ? "predict" : entry.getKind();
      auto own = others ? others.getAs<IntegerAttr>(kind) : IntegerAttr();
      EntryLowering(entry, layout, prefix ? prefix.getValue() : "model", (own ? own : maxBatch).getInt()).run();
    }
  }
};

} // namespace
