//===- Inline.cpp - calls of models to their bodies ----------------------===//
//
// In: entries and models with `ingot.call`. Out: flat entries; no model is left.
// What comes from a nested model is called after its path, `encoder/dense_1`, and
// knows both places.
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

/// The next call below `op`, in program order.
static CallOp nextCall(Operation *op) {
  CallOp found;
  op->walk([&](CallOp call) {
    found = call;
    return WalkResult::interrupt();
  });
  return found;
}

/// The name that a location begins with, or nothing, and the rest of it.
static std::pair<StringRef, Location> split(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc))
    return {named.getName(), named.getChildLoc()};
  return {"", loc};
}

/// `inner` of a nested model as seen from the model that calls it.
static Location nested(Location inner, Location call) {
  auto [name, place] = split(inner);
  auto [callName, callPlace] = split(call);
  Location both = CallSiteLoc::get(place, callPlace);
  if (name.empty() || callName.empty())
    return both;
  return NameLoc::get(StringAttr::get(inner.getContext(), callName + "/" + name), both);
}

/// The call of an entry is ours, not the user's: it leaves locations alone.
static void inlineCall(CallOp call, ModelOp model) {
  const bool isNested = static_cast<bool>(call->getParentOfType<ModelOp>());
  OpBuilder builder(call);
  IRMapping map;
  map.map(model.getArguments(), call.getInputs());
  for (Operation &op : model.block().without_terminator())
    if (Operation *copy = builder.clone(op, map); isNested)
      copy->walk([&](Operation *inner) { inner->setLoc(nested(inner->getLoc(), call.getLoc())); });
  for (auto [result, inner] : llvm::zip(call.getOutputs(), model.block().getTerminator()->getOperands()))
    result.replaceAllUsesWith(map.lookupOrDefault(inner));
  call.erase();
}

namespace {
struct InlinePass : ingot::impl::InlinePassBase<InlinePass> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    auto flatten = [&](Operation *op) {
      while (CallOp call = nextCall(op))
        inlineCall(call, symbols.lookupNearestSymbolFrom<ModelOp>(call, call.getCalleeAttr()));
    };
    // Models first, so that a path begins in the model that is compiled.
    for (ModelOp model : getOperation().getOps<ModelOp>())
      flatten(model);
    for (EntryOp entry : getOperation().getOps<EntryOp>())
      flatten(entry);
    for (ModelOp model : llvm::make_early_inc_range(getOperation().getOps<ModelOp>()))
      model.erase();
  }
};
} // namespace
