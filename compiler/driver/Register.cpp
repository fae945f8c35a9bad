//===- Register.cpp - dialects and passes for the tools ------------------===//

#include "driver/Register.h"

#include "autodiff/Passes.h"
#include "autodiff/Rules.h"
#include "batching/Passes.h"
#include "batching/Rules.h"
#include "codegen/Passes.h"
#include "codegen/blocks/Passes.h"
#include "codegen/debug/Passes.h"
#include "codegen/emitc/Passes.h"
#include "codegen/kernels/Passes.h"
#include "codegen/parallel/Passes.h"
#include "driver/Pipeline.h"
#include "entries/Passes.h"
#include "expand/Passes.h"
#include "lower/Passes.h"
#include "memory/Passes.h"
#include "train/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

void ingot::driver::registerDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<IngotDialect>();
  registerBatchingRules(registry);
  registerGradientRules(registry);
}

void ingot::driver::registerPasses() {
  registerEntriesPasses();
  registerExpandPasses();
  registerBatchingPasses();
  registerAutodiffPasses();
  registerTrainPasses();
  registerLowerPasses();
  registerMemoryPasses();
  registerCodegenPasses();
  codegen::registerBlocksPasses();
  codegen::registerKernelPasses();
  codegen::registerParallelPasses();
  codegen::registerDebugPasses();
  codegen::registerEmitCPasses();
  registerPipelines();
}
