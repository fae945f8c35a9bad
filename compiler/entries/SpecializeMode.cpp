//===- SpecializeMode.cpp - training and inference -----------------------===//
//
// In: flat entries. Out: the same, without layers that do one thing in training and
// another in inference.
//
//===----------------------------------------------------------------------===//

#include "entries/Passes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SPECIALIZEMODEPASS
#include "entries/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// Keys of the step that an entry is.
class StepKeys {
public:
  explicit StepKeys(EntryOp entry) : entry(entry), builder(entry.getContext()) {}

  /// That of the model's seed, or of a layer's own.
  Value key(IntegerAttr seed) {
    Value &key = keys[seed];
    if (!key) {
      // At the entry's begin, in the order in which they are asked for.
      if (last)
        builder.setInsertionPointAfter(last);
      else
        builder.setInsertionPointToStart(&entry.block());
      Value base = seed ? SeedKeyOp::create(builder, entry.getLoc(), Value(), seed).getKey()
                        : read(names::randomKey, RankedTensorType::get({2}, builder.getI32Type()));
      if (!step)
        step = read(names::iterations, RankedTensorType::get({}, builder.getI32Type()));
      last = StepKeyOp::create(builder, entry.getLoc(), base, step, stream());
      key = last.getKey();
    }
    return key;
  }

private:
  Value read(StringRef variable, Type type) {
    return ReadOp::create(builder, entry.getLoc(), type, FlatSymbolRefAttr::get(builder.getContext(), variable));
  }

  /// The caller's, if it has one.
  Value stream() {
    if (entry.getKind() != "gradients")
      return {};
    unsigned last = entry.getNumArguments();
    if (last == 0 || entry.getArgAttrOfType<StringAttr>(last - 1, names::role) != "stream") {
      NamedAttribute attributes[] = {builder.getNamedAttr(names::role, builder.getStringAttr("stream")),
                                     builder.getNamedAttr(names::name, builder.getStringAttr("stream"))};
      (void)entry.insertArgument(last, builder.getI32Type(), builder.getDictionaryAttr(attributes), entry.getLoc());
      ++last;
    }
    return entry.getArgument(last - 1);
  }

  EntryOp entry;
  OpBuilder builder;
  Value step;
  StepKeyOp last;
  llvm::DenseMap<IntegerAttr, Value> keys;
};

/// Axes along which one decision is for all.
SmallVector<int64_t> sharedAxes(DropoutOp op) {
  SmallVector<int64_t> shared;
  if (auto noise = op.getNoiseShape())
    for (auto [axis, size] : llvm::enumerate(*noise))
      if (size == 1)
        shared.push_back(static_cast<int64_t>(axis));
  return shared;
}

/// The salt counts all dropouts of the model: it is the same in each entry, and
/// stays if a rate is changed.
void specialize(EntryOp entry) {
  const bool isTraining = entry.getKind() == "train_step" || entry.getKind() == "gradients";
  StepKeys keys(entry);
  int64_t salt = 0;
  SmallVector<DropoutOp> ops;
  entry.walk([&](DropoutOp op) { ops.push_back(op); });
  for (DropoutOp op : ops) {
    OpBuilder builder(op);
    Value result = op.getInput();
    if (isTraining && !op.getRate().isZero())
      result = RandomMaskOp::create(builder, op.getLoc(), op.getInput(), keys.key(op.getSeedAttr()), op.getRateAttr(),
                                    builder.getI64IntegerAttr(salt), builder.getDenseI64ArrayAttr(sharedAxes(op)));
    ++salt;
    op.replaceAllUsesWith(result);
    op.erase();
  }
}

struct SpecializeModePass : ingot::impl::SpecializeModePassBase<SpecializeModePass> {
  void runOnOperation() override {
    for (EntryOp entry : getOperation().getOps<EntryOp>())
      specialize(entry);
  }
};

} // namespace
