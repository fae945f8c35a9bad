//===- BuildPrepare.cpp - what of predict depends on weights alone --------===//
//
// In: an entry `predict` in tier 2. Out: the same, and beside it `prepare` and
// `predict_prepared`, which do its work in two parts.
//
//===----------------------------------------------------------------------===//

#include "entries/FoldTables.h"
#include "entries/Passes.h"

#include "ingot/Dialect/Costs.h"
#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/SaveRam.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_BUILDPREPAREPASS
#include "entries/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// Weights as they are, and other ways to look at them: what reads them does this on
/// its way.
bool isFree(Operation *op) {
  return isa<ReadOp, FillOp>(op) ||
         (isa<BroadcastOp, ViewAsOp, TransposeOp, SliceOp, ReverseOp>(op) && isFree(op->getOperand(0).getDefiningOp()));
}

/// Divides `predict_prepared`, which begins as a copy of `predict`.
class PredictDivider {
public:
  explicit PredictDivider(EntryOp predict) : predict(predict), builder(predict) {
    builder.setInsertionPointAfter(predict);
    rest = cast<EntryOp>(builder.clone(*predict));
    StringRef model = predict.getSymName().rsplit('.').first;
    rest.setSymName((model + "." + kinds::predictPrepared).str());
    rest.setKind(kinds::predictPrepared);
    prepare = EntryOp::create(builder, predict.getLoc(), (model + "." + kinds::prepare).str(),
                              builder.getFunctionType({}, {}), kinds::prepare, ArrayAttr(), ArrayAttr());
    prepare.getBody().emplaceBlock();
    builder.setInsertionPointToEnd(&prepare.block());
  }

  void run() {
    foldTables(rest);
    SmallVector<Value> results;
    SmallVector<Attribute> resultAttributes;
    for (Value value : valuesToPrepare()) {
      // One name for both ends: the layer's, and a number.
      StringRef layer = nameOf(value.getLoc());
      auto name = builder.getNamedAttr(
          names::name, builder.getStringAttr((layer.empty() ? "prepared" : layer) + "." + Twine(results.size())));
      auto role = builder.getNamedAttr(names::role, builder.getStringAttr("prepared"));
      results.push_back(compute(value));
      resultAttributes.push_back(builder.getDictionaryAttr(name));
      unsigned index = rest.getNumArguments();
      (void)rest.insertArgument(index, value.getType(), builder.getDictionaryAttr({name, role}), value.getLoc());
      // The next value may be made of this one.
      map.map(rest.getArgument(index), results.back());
      value.replaceAllUsesWith(rest.getArgument(index));
    }
    ReturnOp::create(builder, prepare.getLoc(), results);
    prepare.setFunctionType(builder.getFunctionType({}, ValueRange(results).getTypes()));
    if (!results.empty())
      prepare.setResAttrsAttr(builder.getArrayAttr(resultAttributes));
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(rest.block())))
      if (op.use_empty() && isPure(&op) && !op.hasTrait<OpTrait::IsTerminator>())
        op.erase();
    prepare->setAttr(names::preparePaysFrom, builder.getI64IntegerAttr(paysFrom()));
  }

private:
  /// From how many samples on all of `prepare` and the rest of `predict` are less work
  /// than as many times `predict`. To pack a weight is some work like using it once.
  int64_t paysFrom() {
    const uint64_t before = macsIn(predict), after = macsIn(rest);
    return before > after ? 1 + macsIn(prepare) / (before - after) : 1;
  }

  /// Values of weights that something reads which is none, in the order of the block.
  SmallVector<Value> valuesToPrepare() {
    llvm::DenseSet<Operation *> kept;
    SmallVector<Value> values;
    for (Operation &op : llvm::reverse(rest.block())) {
      const bool isOfWeights = op.getNumResults() == 1 && weights.contains(op.getResult(0));
      const bool isRead = llvm::any_of(op.getUsers(), [&](Operation *user) {
        return kept.contains(rest.block().findAncestorOpInBlock(*user));
      });
      if (!isOfWeights || (isRead && (isFree(&op) || grows(op.getResult(0)))))
        kept.insert(&op);
      else if (isRead)
        values.push_back(op.getResult(0));
    }
    std::reverse(values.begin(), values.end());
    return values;
  }

  /// A product of two vectors, say, is larger than what it is made of.
  bool grows(Value value) {
    llvm::SetVector<Value> reads;
    collectReads(value, reads);
    int64_t bytes = 0;
    for (Value read : reads)
      bytes += bytesOf(read);
    return bytesOf(value) > bytes;
  }

  static void collectReads(Value value, llvm::SetVector<Value> &reads) {
    if (value.getDefiningOp<ReadOp>())
      reads.insert(value);
    for (Value operand : value.getDefiningOp()->getOperands())
      collectReads(operand, reads);
  }

  /// `value` in `prepare`.
  Value compute(Value value) {
    if (Value known = map.lookupOrNull(value))
      return known;
    for (Value operand : value.getDefiningOp()->getOperands())
      compute(operand);
    return builder.clone(*value.getDefiningOp(), map)->getResult(0);
  }

  EntryOp predict, rest, prepare;
  OpBuilder builder;
  WeightValues weights;
  IRMapping map;
};

struct BuildPreparePass : ingot::impl::BuildPreparePassBase<BuildPreparePass> {
  using BuildPreparePassBase::BuildPreparePassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto goal = module->getAttrOfType<StringAttr>(names::optimizeFor);
    const bool isWanted =
        entries.empty() || llvm::is_contained(entries, kinds::prepare) || module->hasAttr(names::frozenWeights);
    // What is prepared is memory too, unless the object has it.
    const bool isTooMuch = module->hasAttr(names::saveRam) && !module->hasAttr(names::frozenWeights);
    if (!isWanted || isTooMuch || (goal && goal == "size"))
      return;
    for (EntryOp entry : llvm::to_vector(module.getOps<EntryOp>()))
      if (entry.getKind() == "predict")
        PredictDivider(entry).run();
  }
};

} // namespace
