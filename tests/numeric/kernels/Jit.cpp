//===- Jit.cpp - runs the kernel passes and what they produce -------------===//
//
// The pipeline after the kernel passes is upstream's, with packing buffers on
// the stack in place of an arena.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"

#include "codegen/kernels/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

#include "llvm/Support/TargetSelect.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace ingot::tests {

static constexpr const char *kernelPasses =
    "ingot-lower-contractions,ingot-lower-reductions";

static constexpr const char *lowering =
    "func.func(convert-linalg-to-loops),"
    "func.func(promote-buffers-to-stack{max-alloc-size-in-bytes=4000000}),"
    "fold-memref-alias-ops,canonicalize,cse,"
    "loop-invariant-code-motion,convert-vector-to-scf,lower-affine,"
    "expand-strided-metadata,lower-affine,convert-scf-to-cf,"
    "convert-vector-to-llvm,finalize-memref-to-llvm,convert-ub-to-llvm,"
    "convert-func-to-llvm{use-bare-ptr-memref-call-conv=true},"
    "convert-arith-to-llvm,convert-cf-to-llvm,convert-index-to-llvm,"
    "reconcile-unrealized-casts,canonicalize,cse";

static void registerOnce() {
  static const bool done = [] {
    registerAllPasses();
    codegen::registerKernelPasses();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

static DialectRegistry allDialects() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  return registry;
}

std::string JitOptions::describe() const {
  return (portable ? "portable, width " : "native, width ") +
         std::to_string(vectorWidth) + ", registers " +
         std::to_string(registers) + (forSize ? ", for size" : "") + (caches ? " " : ", no caches ") +
         choices;
}

/// `verifies`: behind each pass, which takes a third of the passes' time.
static LogicalResult runPasses(ModuleOp module, const char *passes, bool verifies) {
  PassManager manager(module.getContext());
  manager.enableVerifier(verifies);
  return success(succeeded(parsePassPipeline(passes, manager)) &&
                 succeeded(manager.run(module)));
}

Jit::Jit(const std::string &functions, const JitOptions &options)
    : context(allDialects(), MLIRContext::Threading::DISABLED) {
  registerOnce();
  std::string text =
      "module attributes {ingot.max_batch = " +
      std::to_string(options.maxBatch) + " : i64, ingot.vector_width = " +
      std::to_string(options.vectorWidth) + " : i64, ingot.numerics = \"" +
      (options.portable ? "portable" : "native") +
      "\", ingot.optimize_for = \"" + (options.forSize ? "size" : "speed") +
      "\", ingot.vector_registers = " + std::to_string(options.registers) +
      " : i64" + (options.caches ? "" : ", ingot.caches = false") +
      (options.choices.empty()
           ? ""
           : ", ingot.kernels = {\"*\" = \"" + options.choices + "\"}") +
      "} {\n" + functions +
      "}\n";
  compile(text, /*hasEpilogues=*/!options.sharesProducts());
}

void Jit::compile(const std::string &text, bool hasEpilogues) {
  module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  ASSERT_TRUE(succeeded(runPasses(*module, kernelPasses, /*verifies=*/true)));
  module->walk([&](linalg::LinalgOp op) {
    // What follows a product of the shared function has a loop of its own.
    if (!hasEpilogues && op.getNumReductionLoops() == 0)
      return;
    std::string left;
    llvm::raw_string_ostream(left) << *op;
    ADD_FAILURE() << "not lowered to a kernel: " << left;
  });
  ASSERT_TRUE(succeeded(runPasses(*module, lowering, /*verifies=*/false)));

  ExecutionEngineOptions engineOptions;
  auto transformer = makeOptimizingTransformer(1, 0, nullptr);
  engineOptions.transformer = transformer;
  engineOptions.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Less;
  auto created = ExecutionEngine::create(*module, engineOptions);
  ASSERT_TRUE(static_cast<bool>(created))
      << llvm::toString(created.takeError());
  engine = std::move(*created);
}

TestFunction Jit::lookup(const std::string &name) {
  auto address = engine->lookup(name);
  if (!address) {
    ADD_FAILURE() << llvm::toString(address.takeError());
    return nullptr;
  }
  return reinterpret_cast<TestFunction>(*address);
}

} // namespace ingot::tests
