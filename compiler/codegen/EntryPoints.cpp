//===- EntryPoints.cpp - the C functions of the object -------------------===//
//
// In: the LLVM dialect with private bodies. Out: the same with public functions
// around them. A refused call has touched nothing: every check stands before
// the body's call. Signatures and status codes are those of abi.h.
//
//===----------------------------------------------------------------------===//

#include "codegen/EntryPointBuilder.h"
#include "codegen/ModelInfo.h"
#include "codegen/Passes.h"
#include "codegen/SelfTest.h"

#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include <ingot/abi.h>

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_EMITENTRYPOINTSPASS
#include "codegen/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace ingot::codegen;

namespace {

/// C signature of an entry that has a body: names of its arguments in order.
struct Signature {
  StringLiteral kind;
  SmallVector<StringRef> arguments;
};

SmallVector<Signature> signatures() {
  return {
      {"predict", {"params", "prepared", "in", "out", "batch", "arena", "host"}},
      {"evaluate", {"params", "in", "targets", "batch", "metrics", "arena", "host"}},
      {"train_step", {"params", "state", "in", "targets", "batch", "metrics", "arena", "host"}},
      {"gradients", {"params", "state", "in", "targets", "batch", "stream", "grads", "metrics", "arena", "host"}},
      {"apply_gradients", {"params", "state", "grads", "arena", "host"}},
  };
}

class ModuleEntryPoints {
public:
  ModuleEntryPoints(ModuleOp module, StringRef prefix)
      : module(module), layout(module), alignment(callerAlignment(module)), prefix(prefix), builder(OpBuilder::atBlockEnd(module.getBody())) {
    for (VariableOp variable : module.getOps<VariableOp>())
      hasState |= !variable.isWeight();
  }

  void emit() {
    if (module->hasAttr(names::frozenWeights))
      declareFrozenWeights();
    for (const Signature &signature : signatures())
      if (LLVM::LLVMFuncOp body = findBody(signature.kind))
        emitCall(signature, body);
    if (findBody("init"))
      emitInit();
    emitPrepare();
    if (hasState) {
      emitGetLearningRate();
      emitSetLearningRate();
    }
    if (!layout.metrics().empty()) {
      emitMetricsReset();
      emitMetricsMerge();
    }
    emitGuard();
    if (std::optional<SelfTest> test = SelfTest::fromAttribute(module->getAttr(selfTestAttribute)))
      emitSelfTest(module, builder, prefix, *test, scratchOfSelfTest());
  }

private:
  uint64_t scratchOfSelfTest() {
    int64_t most = 0;
    for (StringRef kind : {StringRef("predict"), StringRef(kinds::predictPrepared), StringRef("train_step")})
      if (LLVM::LLVMFuncOp body = findBody(kind))
        most = std::max(most, integer(body, "ingot.arena_bytes"));
    return most;
  }

  LLVM::LLVMFuncOp findBody(StringRef kind) {
    return module.lookupSymbol<LLVM::LLVMFuncOp>((prefix + "_" + kind + "_body").str());
  }

  EntryPointBuilder begin(StringRef kind, ArrayRef<StringRef> arguments, bool returnsStatus = true) {
    return EntryPointBuilder(module, builder, (prefix + "_" + kind).str(), arguments, returnsStatus);
  }

  void emitCall(const Signature &signature, LLVM::LLVMFuncOp body) {
    EntryPointBuilder entry = begin(signature.kind, signature.arguments);
    // Training writes params, so they are the caller's.
    if (signature.kind == "predict" && !frozenPrepared.empty())
      entry.replaceNull("prepared", frozenPrepared, /*ifAlso=*/"params");
    if (signature.kind == "predict" || signature.kind == "evaluate")
      acceptFrozenWeights(entry);
    LLVM::LLVMFuncOp prepared = signature.kind == "predict" ? findBody(kinds::predictPrepared) : LLVM::LLVMFuncOp();
    bool needsArena = integer(body, "ingot.arena_bytes") > 0 || (prepared && integer(prepared, "ingot.arena_bytes") > 0);
    for (StringRef name : signature.arguments)
      if (name != "batch" && name != "stream" && name != "prepared" && name != "host" && (name != "arena" || needsArena))
        entry.checkNotNull(entry.argument(name));
    for (StringRef block : {"params", "prepared", "state", "grads", "arena"})
      if (llvm::is_contained(signature.arguments, block))
        entry.checkAligned(entry.argument(block), alignment);
    if (llvm::is_contained(signature.arguments, StringRef("metrics")))
      entry.checkAligned(entry.argument("metrics"), 4);
    entry.checkHost(entry.argument("host"), mostThreads(module));
    if (llvm::is_contained(signature.arguments, StringRef("state")))
      entry.checkHash(entry.argument("state"), layout.trainHash(), INGOT_FOREIGN_STATE);
    if (prepared)
      entry.unlessNull(entry.argument("prepared"), [&] {
        entry.checkHash(entry.argument("prepared"), integer(prepared, names::preparedHash), INGOT_FOREIGN_PREPARED);
      });
    if (llvm::is_contained(signature.arguments, StringRef("batch")))
      entry.checkBatch(entry.argument("batch"), integer(body, names::maxBatch));
    if (prepared)
      entry.callBody(body, prepared);
    else
      entry.callBody(body);
    entry.finish();
  }

  static int64_t integer(LLVM::LLVMFuncOp body, StringRef name) {
    auto attribute = body->getAttrOfType<IntegerAttr>(name);
    return attribute ? attribute.getInt() : 0;
  }

  /// The contents come when the object is emitted: text of a stage has none.
  void declareFrozenWeights() {
    frozenWeights = frozenWeightsSymbol(prefix);
    declareConstant(frozenWeights, layout.paramsBytes());
    if (LLVM::LLVMFuncOp prepare = findBody(kinds::prepare)) {
      frozenPrepared = frozenPreparedSymbol(prefix);
      declareConstant(frozenPrepared, integer(prepare, names::preparedBytes) - integer(prepare, "ingot.arena_bytes"));
    }
  }

  void declareConstant(StringRef name, uint64_t bytes) {
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes);
    LLVM::GlobalOp::create(builder, module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::External, name,
                           Attribute(), alignment);
  }

  void acceptFrozenWeights(EntryPointBuilder &entry) {
    if (!frozenWeights.empty())
      entry.replaceNull("params", frozenWeights);
  }

  /// Weights always, state unless it is NULL.
  void emitInit() {
    EntryPointBuilder entry = begin("init", {"params", "state", "seed"});
    entry.checkNotNull(entry.argument("params"));
    entry.checkAligned(entry.argument("params"), alignment);
    entry.checkAligned(entry.argument("state"), alignment);
    if (frozenWeights.empty())
      entry.callBody(findBody("init"));
    else
      entry.copyConstant(entry.argument("params"), frozenWeights, layout.paramsBytes());
    if (LLVM::LLVMFuncOp body = findBody("init_state")) {
      entry.unlessNull(entry.argument("state"), [&] {
        entry.storeInteger(entry.argument("state"), 0, 64, layout.trainHash());
        entry.callBody(body);
      });
    }
    entry.finish();
  }

  /// Only checks where there is nothing to prepare. The hash comes last: a block that
  /// has it is whole.
  void emitPrepare() {
    EntryPointBuilder entry = begin("prepare", {"params", "prepared"});
    acceptFrozenWeights(entry);
    entry.checkNotNull(entry.argument("params"));
    entry.checkAligned(entry.argument("params"), alignment);
    if (LLVM::LLVMFuncOp body = findBody(kinds::prepare)) {
      Value prepared = entry.argument("prepared");
      entry.checkNotNull(prepared);
      entry.checkAligned(prepared, alignment);
      entry.callBody(body);
      entry.storeInteger(prepared, 0, 64, integer(body, names::preparedHash));
    }
    entry.finish();
  }

  void emitGetLearningRate() {
    EntryPointBuilder entry = begin("get_learning_rate", {"state", "lr"});
    checkLearningRateCall(entry);
    entry.checkNotNull(entry.argument("lr"));
    entry.checkAligned(entry.argument("lr"), 4);
    entry.store(entry.argument("lr"), 0, entry.load(entry.argument("state"), learningRateOffset(), builder.getF32Type()));
    entry.finish();
  }

  void emitSetLearningRate() {
    EntryPointBuilder entry = begin("set_learning_rate", {"state", "rate"});
    checkLearningRateCall(entry);
    entry.store(entry.argument("state"), learningRateOffset(), entry.argument("rate"));
    entry.finish();
  }

  void checkLearningRateCall(EntryPointBuilder &entry) {
    entry.checkNotNull(entry.argument("state"));
    entry.checkAligned(entry.argument("state"), alignment);
    entry.checkHash(entry.argument("state"), layout.trainHash(), INGOT_FOREIGN_STATE);
  }

  uint64_t learningRateOffset() { return layout.offsetOf(names::learningRate); }

  void emitMetricsReset() {
    EntryPointBuilder entry = begin("metrics_reset", {"metrics"}, false);
    for (uint64_t offset = 0; offset < layout.metricsBytes(); offset += 4)
      entry.storeInteger(entry.argument("metrics"), offset, 32, 0);
    entry.finish();
  }

  /// Kahan again: what both sums lost is added first.
  void emitMetricsMerge() {
    EntryPointBuilder entry = begin("metrics_merge", {"into", "from"}, false);
    for (uint64_t base = 0; base < layout.metricsBytes(); base += Layout::meanBytes)
      entry.mergeMean(entry.argument("into"), entry.argument("from"), base);
    entry.finish();
  }

  /// A header of another object names another symbol, and does not link.
  void emitGuard() {
    auto hash = module->getAttrOfType<StringAttr>(names::abiHash);
    if (!hash)
      return;
    LLVM::GlobalOp::create(builder, module.getLoc(), builder.getI8Type(), /*isConstant=*/true,
                           LLVM::Linkage::External, (prefix + "_abi_" + hash.getValue()).str(),
                           builder.getI8IntegerAttr(1));
  }

  ModuleOp module;
  Layout layout;
  uint64_t alignment; ///< of the caller's blocks
  StringRef prefix;
  OpBuilder builder;
  bool hasState = false;
  /// Symbols of the weights in the object and of what is made of them; empty without.
  std::string frozenWeights, frozenPrepared;
};

struct EmitEntryPointsPass : ingot::impl::EmitEntryPointsPassBase<EmitEntryPointsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Only what is emitted here is seen from outside.
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      function.setLinkage(LLVM::Linkage::Internal);
    auto prefix = module->getAttrOfType<StringAttr>(names::prefix);
    Attribute test = module->getAttr(selfTestAttribute);
    if (test && !isa<UnitAttr>(test) && !SelfTest::fromAttribute(test)) {
      module.emitError("`ingot.selftest` is not what the driver records");
      return signalPassFailure();
    }
    ModuleEntryPoints(module, prefix ? prefix.getValue() : "model").emit();
    // What the stages told each other ends here.
    for (VariableOp variable : llvm::make_early_inc_range(module.getOps<VariableOp>()))
      variable.erase();
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        for (StringRef name : {names::role, names::name, names::classes, names::labelsPerSample, names::offset})
          function.removeArgAttr(i, name);
  }
};

} // namespace
