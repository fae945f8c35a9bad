//===- Pipeline.cpp - the stages, in order -------------------------------===//
//
// The compiler as a story. Each stage is a pipeline of its own in `ingot-opt`.
//
//===----------------------------------------------------------------------===//

#include "driver/Pipeline.h"

#include "autodiff/Passes.h"
#include "batching/Passes.h"
#include "codegen/Passes.h"
#include "codegen/blocks/Passes.h"
#include "codegen/debug/Passes.h"
#include "codegen/emitc/Passes.h"
#include "codegen/kernels/Passes.h"
#include "codegen/parallel/Passes.h"
#include "driver/Register.h"
#include "entries/Passes.h"
#include "expand/Passes.h"
#include "lower/Passes.h"
#include "memory/Passes.h"
#include "train/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::driver;

namespace {
/// Writes into the module which stage it has reached, so that it can be continued
/// from its text.
struct MarkStagePass : PassWrapper<MarkStagePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MarkStagePass)
  MarkStagePass() = default;
  MarkStagePass(const MarkStagePass &other) : PassWrapper(other) {}
  explicit MarkStagePass(Stage reached) { stage = stageNames[static_cast<int>(reached)]; }
  StringRef getArgument() const override { return "ingot-mark-stage"; }
  StringRef getDescription() const override { return "name the stage that the module has reached"; }
  void runOnOperation() override {
    getOperation()->setAttr(names::stage, StringAttr::get(&getContext(), stage));
  }
  Option<std::string> stage{*this, "stage", llvm::cl::desc("name of the stage")};
};
} // namespace

/// Tier 1 to one block an entry: forward, backward, optimizer.
static void buildTrain(OpPassManager &passes, const std::vector<std::string> &entries) {
  // One entry a kind, over calls of the model.
  BuildEntriesPassOptions options;
  options.entries.assign(entries.begin(), entries.end());
  passes.addPass(createBuildEntriesPass(options));
  passes.addPass(createInlinePass());
  passes.addPass(createPropagateMasksPass());
  // What is random in training is decided here, and nothing below knows of it.
  passes.addPass(createSpecializeModePass());
  // Losses stay whole until the activation before them is visible.
  passes.addPass(createExpandLayersPass());
  // The activation before a loss may be in what is applied to each step.
  passes.addPass(createDistributeTimePass());
  passes.addPass(createFuseLossPass());
  passes.addPass(createExpandLossesPass());
  // Less to differentiate.
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createScanHoistPass());
  // Two calls of one layer, as long as the steps of both are all that is left of them.
  passes.addPass(createScanMergePass());
  passes.addPass(createDifferentiatePass());
  // Zeros and ones of the chain rule, reads of one variable.
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  // What the gradients of a recurrence do step by step and need not.
  passes.addPass(createScanSinkPass());
  passes.addPass(createScanHoistPass());
  passes.addPass(createCanonicalizerPass());
  // What is left of the sums over steps, behind products.
  passes.addPass(createScanSumPass());
  // When it is known who else reads a sequence.
  passes.addPass(createScanLayoutPass());
  // Only now is a table's gradient one list of rows.
  passes.addPass(createBuildTrainStepPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  // A gradient dies at its update.
  passes.addPass(createSchedulePass());
  // Inference is as simple as it gets: what of it are weights alone?
  BuildPreparePassOptions prepared;
  prepared.entries = options.entries;
  passes.addPass(createBuildPreparePass(prepared));
  passes.addPass(std::make_unique<MarkStagePass>(Stage::Train));
}

/// Primitives to linalg on tensors over the caller's memory.
static void buildLinalg(OpPassManager &passes) {
  passes.addPass(createLowerEntriesPass());
  passes.addPass(createUniteRowsPass());
  // From here to bufferization no CSE may run: each op owns its destination.
  passes.addPass(createToLinalgPass());
  passes.addPass(createFuseElementwisePass());
  GreedyRewriteConfig keepDestinations;
  keepDestinations.enableConstantCSE(false);
  passes.addPass(createCanonicalizerPass(keepDestinations));
  // Fusion moves reads behind their reader: none may cross a write.
  passes.addPass(createVerifyInPlacePass());
  passes.addPass(std::make_unique<MarkStagePass>(Stage::Linalg));
}

/// Tensors to memrefs, contractions to kernels, buffers to one arena.
static void buildBufferized(OpPassManager &passes) {
  // Results are computed where they are wanted.
  passes.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions options;
  passes.addPass(bufferization::createOneShotBufferizePass(options));
  // A slice that is already where it belongs is copied onto itself: equal views
  // become one, and the copy goes.
  passes.addPass(createCSEPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createVerifyInPlacePass());
  // Of a recurrence some steps at a time, where all that waits for them can go along.
  passes.addPass(codegen::createStripSteps());
  // Before kernels: what a thread does is a smaller op of the same kind.
  passes.addPass(codegen::createDivideWork());
  // To save memory: some samples at a time, and some rows of a gradient.
  passes.addPass(codegen::createSliceBatch());
  passes.addPass(codegen::createBlockUpdates());
  // Before planning: a kernel may want a buffer to pack into.
  passes.addPass(codegen::createLowerContractions());
  // What is left between kernels, in as few loops as possible.
  passes.addPass(codegen::createFuseLoops());
  // And those over the rows of a batch in one.
  passes.addPass(codegen::createSliceRows());
  // When it is known what a step does at once.
  passes.addPass(createShareStacksPass());
  passes.addPass(createPlanMemoryPass());
  passes.addPass(createPlanPreparedPass());
  // Here it hinders no fusion, and header and descriptor can tell of it.
  passes.addPass(codegen::createInstrumentLayers());
  passes.addPass(std::make_unique<MarkStagePass>(Stage::Bufferized));
}

/// What remains of tensors to loops, and math to polynomials.
static void buildLoops(OpPassManager &passes, bool forC) {
  // One function for equal loops; buffers that share a place are one value first.
  passes.addPass(createCSEPass());
  passes.addPass(codegen::createMarkSpans());
  passes.addPass(createOutlineLoopsPass());
  passes.addPass(codegen::createOutlineRegions());
  passes.addPass(createPrepareFunctionsPass());
  passes.addPass(codegen::createLowerGathers());
  passes.addPass(codegen::createLowerReductions());
  passes.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  if (forC) {
    passes.addPass(codegen::createScalarizeVectors());
    passes.addPass(createShareMathPass({.all = true}));
  } else {
    passes.addPass(createShareMathPass());
  }
  passes.addPass(createExpandMathPass());
  passes.addPass(memref::createFoldMemRefAliasOpsPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  // Strided accesses to address arithmetic.
  passes.addPass(createConvertVectorToSCFPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createLowerAffinePass());
}

void ingot::driver::buildC(OpPassManager &passes) {
  buildLoops(passes, /*forC=*/true);
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

/// Down to the LLVM dialect.
static void buildLLVM(OpPassManager &passes) {
  buildLoops(passes, /*forC=*/false);
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLowerToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  passes.addPass(codegen::createLowerForks());
  passes.addPass(codegen::createLowerHooks());
  passes.addPass(createEmitEntryPointsPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  // Line tables that speak of the user's source.
  passes.addPass(codegen::createDebugScopes());
  passes.addPass(std::make_unique<MarkStagePass>(Stage::LLVM));
}

std::optional<Stage> ingot::driver::stageOf(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>(names::stage);
  if (!name)
    return Stage::Ingot;
  for (auto [number, known] : llvm::enumerate(stageNames))
    if (name == known)
      return static_cast<Stage>(number);
  return std::nullopt;
}

void ingot::driver::buildStage(OpPassManager &passes, Stage stage, const std::vector<std::string> &entries) {
  switch (stage) {
  case Stage::Ingot:
    return;
  case Stage::Train:
    return buildTrain(passes, entries);
  case Stage::Linalg:
    return buildLinalg(passes);
  case Stage::Bufferized:
    return buildBufferized(passes);
  case Stage::LLVM:
    return buildLLVM(passes);
  }
}

void ingot::driver::registerPipelines() {
  static const PassRegistration<MarkStagePass> mark;
  static const PassPipelineRegistration<> train("ingot-to-train", "tier 1 to entries in tier 2",
                                                [](OpPassManager &p) { buildTrain(p, {}); });
  static const PassPipelineRegistration<> linalg("ingot-train-to-linalg", "entries to linalg on tensors", buildLinalg);
  static const PassPipelineRegistration<> bufferized("ingot-linalg-to-bufferized", "tensors to one arena",
                                                     buildBufferized);
  static const PassPipelineRegistration<> llvm("ingot-bufferized-to-llvm", "loops to the LLVM dialect", buildLLVM);
  static const PassPipelineRegistration<> c("ingot-bufferized-to-c", "loops of scalars, as C has them", buildC);
}
