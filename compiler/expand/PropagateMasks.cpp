//===- PropagateMasks.cpp - Keras' masks as operands ---------------------===//
//
// In: flat entries with tier-1 layers. Out: the same, with masks computed where
// layers make them and given to the layers, losses and metrics that heed them.
//
//===----------------------------------------------------------------------===//

#include "expand/Passes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PROPAGATEMASKSPASS
#include "expand/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// The user's name of what `op` is a call of.
static StringRef nameOf(Operation *op) {
  auto named = dyn_cast<NameLoc>(op->getLoc());
  return named ? named.getName().getValue() : op->getName().stripDialect();
}

namespace {
struct PropagateMasksPass : ingot::impl::PropagateMasksPassBase<PropagateMasksPass> {
  void runOnOperation() override {
    for (EntryOp entry : getOperation().getOps<EntryOp>()) {
      MaskMap masks;
      propagate(entry.block(), masks);
    }
  }

  void propagate(Block &block, MaskMap &masks) {
    // What rules add has no masks of its own to find.
    auto ops = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
    for (Operation *op : ops) {
      OpBuilder builder(op);
      if (auto rule = dyn_cast<MaskOpInterface>(op))
        rule.propagateMasks(builder, masks);
      else if (llvm::any_of(op->getOperands(), [&](Value operand) { return masks.lookup(operand); }))
        warnOfEnd(op);
      // Of what an op applies, it has given masks to the arguments.
      for (Region &region : op->getRegions())
        for (Block &body : region)
          propagate(body, masks);
    }
  }

  /// Once a call: every entry has a copy of it.
  void warnOfEnd(Operation *op) {
    if (warned.insert(op->getLoc()).second)
      op->emitWarning("`") << nameOf(op) << "` is called on a masked tensor but does not support masks: what follows "
                              "takes every element into account";
  }

  DenseSet<Location> warned;
};
} // namespace
