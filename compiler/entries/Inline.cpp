//===- Inline.cpp - calls of models to their bodies ----------------------===//
//
// In: entries and models with `ingot.call`. Out: flat entries; no model is left.
//
//===----------------------------------------------------------------------===//

#include "entries/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_INLINEPASS
#include "entries/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// The next call below `entry`, in program order.
static CallOp nextCall(EntryOp entry) {
  CallOp found;
  entry.walk([&](CallOp call) {
    found = call;
    return WalkResult::interrupt();
  });
  return found;
}

static void inlineCall(CallOp call, ModelOp model) {
  OpBuilder builder(call);
  IRMapping map;
  map.map(model.getArguments(), call.getInputs());
  for (Operation &op : model.block().without_terminator())
    builder.clone(op, map);
  for (auto [result, inner] : llvm::zip(call.getOutputs(), model.block().getTerminator()->getOperands()))
    result.replaceAllUsesWith(map.lookupOrDefault(inner));
  call.erase();
}

namespace {
struct InlinePass : ingot::impl::InlinePassBase<InlinePass> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (EntryOp entry : getOperation().getOps<EntryOp>())
      while (CallOp call = nextCall(entry))
        inlineCall(call, symbols.lookupNearestSymbolFrom<ModelOp>(call, call.getCalleeAttr()));
    for (ModelOp model : llvm::make_early_inc_range(getOperation().getOps<ModelOp>()))
      model.erase();
  }
};
} // namespace
