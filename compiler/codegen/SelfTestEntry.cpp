//===- SelfTestEntry.cpp - the entry that tests the others ----------------===//
//
// It calls the public functions of the object as any program does, with what was
// recorded, and compares. An error is |found - wanted| / max(1, |wanted|); what is no
// number, and a weight that has changed its bits, is an error without bound.
//
//===----------------------------------------------------------------------===//

#include "codegen/EntryPointBuilder.h"
#include "codegen/HalfWeights.h"
#include "codegen/ModelInfo.h"
#include "codegen/SelfTest.h"

#include "lower/Layout.h"

#include <ingot/abi.h>

#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

namespace {

class SelfTestEntry {
public:
  SelfTestEntry(ModuleOp module, OpBuilder outer, StringRef prefix, const SelfTest &test, uint64_t scratchBytes)
      : module(module), outer(outer), prefix(prefix), test(test), layout(module), arena(test, scratchBytes, layout.metricsBytes()),
        entry(module, outer, (prefix + "_selftest").str(), {"params", "state", "arena", "worst"}, /*returnsStatus=*/true),
        builder(entry.ops()), loc(module.getLoc()), pointer(LLVM::LLVMPointerType::get(module.getContext())) {}

  void emit() {
    const bool trains = has("train_step");
    checkArguments(trains);
    Value worst = number(0);
    if (needsInit())
      entry.callEntry((prefix + "_init").str(),
                      {entry.argument("params"), trains ? entry.argument("state") : null(),
                       LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(SelfTest::seed))});
    Value in = structOf(test.inputs, "input", /*isTarget=*/false);
    if (test.weightsHash)
      worst = checkWeights(worst);
    if (has("predict"))
      worst = replayPredict(in, worst);
    if (trains)
      worst = replayTrainStep(in, worst);
    entry.store(entry.argument("worst"), 0, worst);
    Value isBad = LLVM::FCmpOp::create(builder, loc, LLVM::FCmpPredicate::ugt, worst, number(test.tolerance));
    entry.refuseIf(isBad, INGOT_SELFTEST_FAILED);
    entry.finish();
  }

private:
  /// Inference on weights of the object needs no block of them.
  bool needsInit() { return has("init") && (has("train_step") || !test.weightsHash); }
  bool has(StringRef kind) { return module.lookupSymbol((prefix + "_" + kind).str()) != nullptr; }

  /// Those of the entries that are called are done again by them, but nothing may be
  /// written before all are done.
  void checkArguments(bool trains) {
    SmallVector<StringRef> blocks;
    if (needsInit())
      blocks.push_back("params");
    if (trains)
      blocks.push_back("state");
    if (arena.bytes > 0)
      blocks.push_back("arena");
    for (StringRef name : blocks)
      entry.checkNotNull(entry.argument(name));
    entry.checkNotNull(entry.argument("worst"));
    for (StringRef name : blocks)
      entry.checkAligned(entry.argument(name), callerAlignment(module));
    entry.checkAligned(entry.argument("worst"), 4);
  }

  Value null() { return LLVM::ZeroOp::create(builder, loc, pointer); }
  Value word(int32_t value) { return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), builder.getI32IntegerAttr(value)); }
  Value number(float value) { return LLVM::ConstantOp::create(builder, loc, builder.getF32Type(), builder.getF32FloatAttr(value)); }

  Value constant(const Twine &name, ArrayRef<int32_t> words) {
    OpBuilder::InsertionGuard guard(outer);
    outer.setInsertionPointToEnd(module.getBody());
    auto values = DenseElementsAttr::get(RankedTensorType::get(static_cast<int64_t>(words.size()), outer.getI32Type()), words);
    auto type = LLVM::LLVMArrayType::get(outer.getI32Type(), words.size());
    const std::string symbol = (prefix + "_selftest_" + name).str();
    LLVM::GlobalOp::create(outer, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, symbol, values, /*alignment=*/4);
    return LLVM::AddressOfOp::create(builder, loc, pointer, symbol);
  }

  /// So many pointers, in the first block: what lies elsewhere has no constant place.
  Value stackFor(int32_t pointers) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function().getBody().front());
    return LLVM::AllocaOp::create(builder, loc, pointer, pointer, word(pointers));
  }

  LLVM::LLVMFuncOp function() { return module.lookupSymbol<LLVM::LLVMFuncOp>((prefix + "_selftest").str()); }

  /// A struct of data pointers; each target is followed by its sample weights, of which
  /// there are none.
  Value structOf(ArrayRef<Value> pointers) {
    Value block = stackFor(std::max<size_t>(1, pointers.size()));
    for (auto [i, value] : llvm::enumerate(pointers))
      LLVM::StoreOp::create(builder, loc, value,
                            LLVM::GEPOp::create(builder, loc, pointer, pointer, block, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)}));
    return block;
  }

  Value structOf(const std::vector<std::vector<int32_t>> &tensors, StringRef name, bool isTarget) {
    SmallVector<Value> pointers;
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      pointers.push_back(constant(name + Twine(i), tensor));
      if (isTarget)
        pointers.push_back(null());
    }
    return structOf(pointers);
  }

  /// Frozen weights are used as they are in the object, with what is made of them.
  Value replayPredict(Value in, Value worst) {
    SmallVector<Value> outputs;
    uint64_t offset = arena.outputs;
    for (int64_t bytes : test.outputBytes) {
      outputs.push_back(entry.at(entry.argument("arena"), offset));
      offset += bytes;
    }
    Value params = test.weightsHash ? null() : entry.argument("params");
    entry.callEntry((prefix + "_predict").str(),
                    {params, null(), in, structOf(outputs), word(test.batch), entry.argument("arena"), null()});
    return compare(entry.at(entry.argument("arena"), arena.outputs), "outputs", test.outputs, worst);
  }

  Value replayTrainStep(Value in, Value worst) {
    Value metrics = entry.at(entry.argument("arena"), arena.metrics);
    for (uint64_t offset = 0; offset < layout.metricsBytes(); offset += 4)
      entry.storeInteger(metrics, offset, 32, 0);
    entry.callEntry((prefix + "_train_step").str(),
                    {entry.argument("params"), entry.argument("state"), in, structOf(test.targets, "target", /*isTarget=*/true),
                     word(test.batch), metrics, entry.argument("arena"), null()});
    worst = compare(metrics, "metrics", test.metrics, worst);
    return compare(entry.argument("params"), "params", test.params, worst);
  }

  Value compare(Value block, StringRef name, ArrayRef<Expected> expected, Value worst) {
    std::vector<int32_t> pairs;
    for (const Expected &one : expected) {
      pairs.push_back(one.offset);
      pairs.push_back(llvm::bit_cast<int32_t>(one.value));
    }
    if (pairs.empty())
      return worst;
    Value table = constant("expected_" + name, pairs);
    return LLVM::CallOp::create(builder, loc, comparison(), ValueRange{block, table, word(expected.size()), worst}).getResult();
  }

  Value checkWeights(Value worst) {
    Value weights = LLVM::AddressOfOp::create(builder, loc, pointer, frozenWeightsSymbol(prefix));
    Value sum = LLVM::CallOp::create(builder, loc, hashing(), ValueRange{weights, word(layout.paramsBytes() / (module->hasAttr(halfWeightsAttribute) ? 8 : 4)), word(0)}).getResult();
    Value isSame = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, sum, word(*test.weightsHash));
    return LLVM::SelectOp::create(builder, loc, isSame, worst, number(std::numeric_limits<float>::infinity()));
  }

  /// T f(ptr, ..., i32 count, T first): what a loop over the numbers below `count`, at
  /// least one, makes of `first`. `step` gets the pointers, a number and what was made.
  LLVM::LLVMFuncOp loopFunction(StringRef name, ArrayRef<StringRef> pointers, StringRef madeName, Type made,
                                function_ref<Value(OpBuilder &, ValueRange, Value, Value)> step);
  /// f32 f(ptr block, ptr pairs, i32 count, f32 worst): the worst error from here on.
  LLVM::LLVMFuncOp comparison();
  /// i32 f(ptr words, i32 count, i32 sum)
  LLVM::LLVMFuncOp hashing();

  ModuleOp module;
  OpBuilder outer;
  StringRef prefix;
  const SelfTest &test;
  Layout layout;
  SelfTestArena arena;
  EntryPointBuilder entry;
  OpBuilder &builder;
  Location loc;
  Type pointer;
};

LLVM::LLVMFuncOp SelfTestEntry::loopFunction(StringRef name, ArrayRef<StringRef> pointers, StringRef madeName, Type made,
                                             function_ref<Value(OpBuilder &, ValueRange, Value, Value)> step) {
  if (auto existing = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return existing;
  OpBuilder own = OpBuilder::atBlockEnd(module.getBody());
  Type i32 = own.getI32Type();
  SmallVector<Type> types(pointers.size(), pointer);
  types.append({i32, made});
  auto function = LLVM::LLVMFuncOp::create(own, loc, name, LLVM::LLVMFunctionType::get(made, types), LLVM::Linkage::Internal);
  function.setPassthroughAttr(this->function().getPassthroughAttr());
  Block *start = function.addEntryBlock(own);
  SmallVector<StringRef> argumentNames(pointers);
  argumentNames.append({"count", madeName});
  nameArguments(function, argumentNames);
  Block *loop = own.createBlock(&function.getBody(), function.getBody().end(), {i32, made}, {loc, loc});
  Block *exit = own.createBlock(&function.getBody(), function.getBody().end());
  auto word = [&](int32_t value) { return LLVM::ConstantOp::create(own, loc, i32, own.getI32IntegerAttr(value)); };
  own.setInsertionPointToEnd(start);
  LLVM::BrOp::create(own, loc, ValueRange{word(0), start->getArguments().back()}, loop);
  own.setInsertionPointToEnd(loop);
  Value next = step(own, start->getArguments().take_front(pointers.size()), loop->getArgument(0), loop->getArgument(1));
  Value after = LLVM::AddOp::create(own, loc, loop->getArgument(0), word(1));
  Value isMore = LLVM::ICmpOp::create(own, loc, LLVM::ICmpPredicate::ult, after, start->getArgument(pointers.size()));
  LLVM::CondBrOp::create(own, loc, isMore, loop, ValueRange{after, next}, exit, ValueRange());
  own.setInsertionPointToEnd(exit);
  LLVM::ReturnOp::create(own, loc, next);
  return function;
}

LLVM::LLVMFuncOp SelfTestEntry::comparison() {
  Type f32 = outer.getF32Type(), i32 = outer.getI32Type();
  return loopFunction("ingot_selftest_compare", {"block", "expected"}, "worst", f32, [&](OpBuilder &own, ValueRange pointers, Value i, Value worst) -> Value {
    auto number = [&](float value) { return LLVM::ConstantOp::create(own, loc, f32, own.getF32FloatAttr(value)); };
    auto load = [&](Type type, Type element, Value base, LLVM::GEPArg at) -> Value {
      return LLVM::LoadOp::create(own, loc, type, LLVM::GEPOp::create(own, loc, pointer, element, base, ArrayRef<LLVM::GEPArg>{at}));
    };
    Value pair = LLVM::GEPOp::create(own, loc, pointer, own.getI64Type(), pointers[1], ArrayRef<LLVM::GEPArg>{i});
    Value offset = load(i32, i32, pair, 0), wanted = load(f32, i32, pair, 1);
    Value found = load(f32, own.getI8Type(), pointers[0], offset);
    auto size = [&](Value value) -> Value { return LLVM::FAbsOp::create(own, loc, value); };
    auto isIn = [&](LLVM::FCmpPredicate predicate, Value a, Value b) -> Value {
      return LLVM::FCmpOp::create(own, loc, predicate, a, b);
    };
    auto choose = [&](Value condition, Value yes, Value no) -> Value { return LLVM::SelectOp::create(own, loc, condition, yes, no); };
    Value scale = choose(isIn(LLVM::FCmpPredicate::ogt, size(wanted), number(1)), size(wanted), number(1));
    Value error = LLVM::FDivOp::create(own, loc, size(LLVM::FSubOp::create(own, loc, found, wanted)), scale);
    error = choose(isIn(LLVM::FCmpPredicate::uno, error, error), number(std::numeric_limits<float>::infinity()), error);
    return choose(isIn(LLVM::FCmpPredicate::ogt, error, worst), error, worst);
  });
}

LLVM::LLVMFuncOp SelfTestEntry::hashing() {
  Type i32 = outer.getI32Type();
  LLVM::LLVMFuncOp function = loopFunction("ingot_selftest_hash", {"words"}, "sum", i32, [&](OpBuilder &own, ValueRange pointers, Value i, Value sum) -> Value {
    Value at = LLVM::GEPOp::create(own, loc, pointer, i32, pointers[0], ArrayRef<LLVM::GEPArg>{i});
    Value mixed = LLVM::XOrOp::create(own, loc, sum, LLVM::LoadOp::create(own, loc, i32, at));
    return LLVM::MulOp::create(own, loc, mixed, LLVM::ConstantOp::create(own, loc, i32, own.getI32IntegerAttr(SelfTest::hashFactor)));
  });
  SmallVector<Attribute> attributes(function.getPassthroughAttr().getValue());
  attributes.push_back(outer.getStringAttr(readsWords));
  function.setPassthroughAttr(outer.getArrayAttr(attributes));
  return function;
}

} // namespace

void ingot::codegen::emitSelfTest(ModuleOp module, OpBuilder builder, StringRef prefix, const SelfTest &test,
                                  uint64_t scratchBytes) {
  SelfTestEntry(module, builder, prefix, test, scratchBytes).emit();
}
