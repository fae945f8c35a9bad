//===- CheckStage.cpp - whether textual IR can begin at a stage -----------===//

#include "driver/CheckStage.h"

#include "graph/Graph.h"
#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::driver;

static LogicalResult checkDialect(Operation *op, StringRef stage) {
  if (isa<ModuleOp>(op) || isa_and_present<IngotDialect>(op->getDialect()))
    return success();
  return op->emitError() << "`" << op->getName() << "` is not of stage `" << stage
                         << "`, which has ops of `ingot` alone; `ingot.stage` of the module names another";
}

/// Sizes that are positive and of which sums of bytes can be made.
static LogicalResult checkSize(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return success();
  shape::Shape sample = {1};
  for (int64_t size : tensor.getShape())
    sample.push_back(ShapedType::isDynamic(size) ? 1 : size);
  if (llvm::is_contained(sample, 0))
    return op->emitError() << "has a value of type " << type << "; sizes must be positive";
  if (shape::elementsPerSample(sample) > graph::mostElements)
    return op->emitError() << "has a value of type " << type << "; at most 2^40 elements are possible";
  return success();
}

static LogicalResult checkSizes(Operation *op) {
  if (auto variable = dyn_cast<VariableOp>(op))
    return checkSize(op, variable.getTensorType());
  for (Type type : op->getResultTypes())
    if (failed(checkSize(op, type)))
      return failure();
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Type type : block.getArgumentTypes())
        if (failed(checkSize(op, type)))
          return failure();
  return success();
}

/// The header calls inputs and outputs by these names.
static LogicalResult checkName(ModelOp model, StringRef what, unsigned index, Attribute attribute,
                               llvm::StringSet<> &seen) {
  auto name = dyn_cast_or_null<StringAttr>(attribute);
  if (!name || name.empty())
    return model.emitError() << what << " " << index << " has no `ingot.name`; each must have one";
  if (!seen.insert(name).second)
    return model.emitError() << what << "s are called `" << name.getValue() << "` twice; names must differ";
  return success();
}

/// A batch of samples: `tensor<?x...>` of which only the first size is open.
static LogicalResult checkSamples(ModelOp model, StringRef what, unsigned index, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  const bool isBatch = tensor && tensor.getRank() > 0 && tensor.isDynamicDim(0) && tensor.getNumDynamicDims() == 1;
  if (!isBatch || !(tensor.getElementType().isF32() || tensor.getElementType().isInteger(32)))
    return model.emitError() << what << " " << index << " is " << type
                             << "; must be a tensor of f32 or i32 whose first size alone is `?`";
  return success();
}

static LogicalResult checkModel(ModelOp model) {
  llvm::StringSet<> inputs, outputs;
  if (model.isExternal() || model.getNumArguments() == 0 || model.getNumResults() == 0)
    return model.emitError("must have a body, an input and an output");
  for (unsigned i = 0; i < model.getNumArguments(); ++i)
    if (failed(checkSamples(model, "input", i, model.getArgumentTypes()[i])) ||
        failed(checkName(model, "input", i, model.getArgAttr(i, names::name), inputs)))
      return failure();
  for (unsigned i = 0; i < model.getNumResults(); ++i)
    if (failed(checkSamples(model, "output", i, model.getResultTypes()[i])) ||
        failed(checkName(model, "output", i, model.getResultAttr(i, names::name), outputs)))
      return failure();
  return success();
}

LogicalResult ingot::driver::checkStage(ModuleOp module, Stage stage) {
  // What upstream's ops can be is upstream's to check.
  if (stage != Stage::Ingot && stage != Stage::Train)
    return success();
  StringRef name = stageNames[static_cast<int>(stage)];
  WalkResult walked = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (failed(checkDialect(op, name)) || failed(checkSizes(op)))
      return WalkResult::interrupt();
    if (auto entry = dyn_cast<EntryOp>(op); entry && stage == Stage::Ingot) {
      entry.emitError() << "is an entry, which stage `ingot` has none of; `ingot.stage` of the module names another";
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (walked.wasInterrupted())
    return failure();
  if (stage == Stage::Ingot)
    for (ModelOp model : module.getOps<ModelOp>())
      if (failed(checkModel(model)))
        return failure();
  return success();
}
