//===- SelfTestEntry.cpp - the entry that tests the others ----------------===//
//
// It calls the public functions of the object as any program does, with what it makes up
// as the recorder did, and compares. An error is |found - wanted| / max(1, |wanted|); what
// is no number, and a hash that differs, is an error without bound.
//
//===----------------------------------------------------------------------===//

#include "codegen/EntryPointBuilder.h"
#include "codegen/HalfWeights.h"
#include "codegen/ModelInfo.h"
#include "codegen/SelfTest.h"
#include "codegen/SelfTestLoops.h"

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
        builder(entry.ops()), loc(module.getLoc()), pointer(LLVM::LLVMPointerType::get(module.getContext())), loops(function()) {
    // Nobody waits for it.
    addAttributes(function(), {"minsize", "optsize"});
  }

  void emit() {
    const bool trains = has("train_step");
    checkArguments(trains);
    Value worst = number(0);
    if (trains && test.trainedHash) {
      // Hashes are of whole blocks, with the gaps between tensors.
      makeUp(entry.argument("params"), zeros(layout.paramsBytes()), word(0));
      makeUp(entry.argument("state"), zeros(layout.stateBytes()), word(0));
    }
    if (needsInit())
      entry.callEntry((prefix + "_init").str(),
                      {entry.argument("params"), trains ? entry.argument("state") : null(),
                       LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(SelfTest::seed))});
    Value state = word(Invented::firstState);
    if (test.nudges)
      state = makeUp(entry.argument("params"), {static_cast<int32_t>(layout.paramsBytes() / 4), Invented::Nudges}, state);
    makeUpTensors(state);
    if (test.weightsHash)
      worst = checkWeights(worst);
    if (has("predict"))
      worst = replayPredict(worst);
    if (trains)
      worst = replayTraining(worst);
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

  static Invented zeros(uint64_t bytes) { return {static_cast<int32_t>(bytes / 4), Invented::Integers, 0}; }

  /// Writes a tensor, or nudges what is there; from one state of the generator to the next.
  Value makeUp(Value into, const Invented &tensor, Value state) {
    if (tensor.elements == 0)
      return state;
    SmallVector<Value> operands = {into};
    LLVM::LLVMFuncOp function;
    if (tensor.kind == Invented::Integers) {
      function = loops.makeIntegers();
      operands.append({word(tensor.scale()), word(tensor.shift())});
    } else {
      function = tensor.kind == Invented::Nudges ? loops.nudge() : loops.makeNumbers();
      operands.append({word(Invented::exponentOf[tensor.kind]), number(Invented::originOf[tensor.kind])});
    }
    operands.append({word(tensor.elements), state});
    return LLVM::CallOp::create(builder, loc, function, operands).getResult();
  }

  /// What `in` and `targets` point to. Each target is followed by its sample weights, of
  /// which there are none.
  void makeUpTensors(Value state) {
    SmallVector<Value> inputs, targets;
    uint64_t offset = arena.tensors;
    auto next = [&](const Invented &tensor) {
      Value place = entry.at(entry.argument("arena"), offset);
      state = makeUp(place, tensor, state);
      offset += 4 * static_cast<uint64_t>(tensor.elements);
      return place;
    };
    for (const Invented &tensor : test.inputs)
      inputs.push_back(next(tensor));
    for (const Invented &tensor : test.targets)
      targets.append({next(tensor), null()});
    in = structOf(inputs);
    wanted = structOf(targets);
  }

  /// A struct of data pointers.
  Value structOf(ArrayRef<Value> pointers) {
    Value block = stackFor(std::max<size_t>(1, pointers.size()));
    for (auto [i, value] : llvm::enumerate(pointers))
      LLVM::StoreOp::create(builder, loc, value,
                            LLVM::GEPOp::create(builder, loc, pointer, pointer, block, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)}));
    return block;
  }

  /// Does `body`, which gets a batch and makes one worst error of another, for each batch
  /// from `most` down to one.
  Value forEachBatch(int32_t most, Value worst, function_ref<Value(Value, Value)> body) {
    Block *before = builder.getInsertionBlock();
    Type types[] = {builder.getI32Type(), worst.getType()};
    Block *loop = builder.createBlock(&function().getBody(), std::next(before->getIterator()), types, {loc, loc});
    builder.setInsertionPointToEnd(before);
    LLVM::BrOp::create(builder, loc, ValueRange{word(most), worst}, loop);
    builder.setInsertionPointToEnd(loop);
    Value batch = loop->getArgument(0);
    worst = body(batch, loop->getArgument(1));
    Block *last = builder.getInsertionBlock();
    Block *after = builder.createBlock(&function().getBody(), std::next(last->getIterator()));
    builder.setInsertionPointToEnd(last);
    Value fewer = LLVM::SubOp::create(builder, loc, batch, word(1));
    Value isDone = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, fewer, word(0));
    LLVM::CondBrOp::create(builder, loc, isDone, after, ValueRange(), loop, ValueRange{fewer, worst});
    builder.setInsertionPointToEnd(after);
    return worst;
  }

  /// Samples that a call leaves out have what the calls before found, so that all of them
  /// are compared. Frozen weights are used as they are in the object, with what is made of
  /// them.
  Value replayPredict(Value worst) {
    SmallVector<Value> outputs;
    uint64_t offset = arena.outputs;
    for (int64_t bytes : test.outputBytes) {
      outputs.push_back(entry.at(entry.argument("arena"), offset));
      offset += bytes;
    }
    Value params = test.weightsHash ? null() : entry.argument("params"), out = structOf(outputs);
    Value all = entry.at(entry.argument("arena"), arena.outputs);
    return forEachBatch(test.predictBatch, worst, [&](Value batch, Value worst) {
      entry.callEntry((prefix + "_predict").str(), {params, null(), in, out, batch, entry.argument("arena"), null()});
      if (test.outputsHash)
        worst = compareHash(hash(all, test.bytesOfOutputs(), word(0)), *test.outputsHash, worst);
      return compare(all, "outputs", test.outputs, worst);
    });
  }

  /// What is wrong in one step stays in the weights.
  Value replayTraining(Value worst) {
    Value metrics = entry.at(entry.argument("arena"), arena.metrics);
    for (uint64_t offset = 0; offset < layout.metricsBytes(); offset += 4)
      entry.storeInteger(metrics, offset, 32, 0);
    worst = forEachBatch(test.trainBatch, worst, [&](Value batch, Value worst) {
      entry.callEntry((prefix + "_train_step").str(), {entry.argument("params"), entry.argument("state"), in, wanted, batch,
                                                       metrics, entry.argument("arena"), null()});
      return worst;
    });
    if (test.trainedHash) {
      Value sum = hash(metrics, layout.metricsBytes(), word(0));
      sum = hash(entry.argument("params"), layout.paramsBytes(), sum);
      sum = hash(entry.argument("state"), layout.stateBytes(), sum);
      worst = compareHash(sum, *test.trainedHash, worst);
    }
    worst = compare(metrics, "metrics", test.metrics, worst);
    return compare(entry.argument("params"), "params", test.params, worst);
  }

  Value compare(Value block, StringRef name, ArrayRef<Expected> expected, Value worst) {
    std::vector<int32_t> rows;
    for (const Expected &one : expected)
      rows.insert(rows.end(), {one.offset, one.count, llvm::bit_cast<int32_t>(one.value)});
    if (rows.empty())
      return worst;
    Value table = constant("expected_" + name, rows);
    return LLVM::CallOp::create(builder, loc, loops.compare(), ValueRange{block, table, word(expected.size()), worst}).getResult();
  }

  Value hash(Value block, uint64_t bytes, Value sum) {
    if (bytes == 0)
      return sum;
    return LLVM::CallOp::create(builder, loc, loops.hash(), ValueRange{block, word(bytes / 4), sum}).getResult();
  }

  Value compareHash(Value found, int32_t wanted, Value worst) {
    Value isSame = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, found, word(wanted));
    return LLVM::SelectOp::create(builder, loc, isSame, worst, number(std::numeric_limits<float>::infinity()));
  }

  Value checkWeights(Value worst) {
    Value weights = LLVM::AddressOfOp::create(builder, loc, pointer, frozenWeightsSymbol(prefix));
    const uint64_t bytes = layout.paramsBytes() / (module->hasAttr(halfWeightsAttribute) ? 2 : 1);
    return compareHash(hash(weights, bytes, word(0)), *test.weightsHash, worst);
  }

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
  SelfTestLoops loops;
  Value in, wanted; ///< structs of inputs, and of targets
};

} // namespace

void ingot::codegen::emitSelfTest(ModuleOp module, OpBuilder builder, StringRef prefix, const SelfTest &test,
                                  uint64_t scratchBytes) {
  SelfTestEntry(module, builder, prefix, test, scratchBytes).emit();
}
