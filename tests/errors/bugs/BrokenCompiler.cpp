//===- BrokenCompiler.cpp - the compiler with a pass that has a bug -------===//
//
//   BrokenCompiler BUG FILE.mlir      as ingotc, but each stage ends in the pass BUG
//   BrokenCompiler opt [options]      as ingot-opt, which knows these passes too
//
// BUG: test-crash, test-overflow, test-fatal, test-silent, test-invalid, test-unname,
// which crashes later, or test-refuse, which has none.
//
//===----------------------------------------------------------------------===//

#include "cli/Flags.h"
#include "cli/Guard.h"
#include "driver/Register.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"

#include <csignal>

using namespace mlir;

namespace {

template <class Derived> struct TestPass : PassWrapper<Derived, OperationPass<ModuleOp>> {
  StringRef getDescription() const override { return "has a bug"; }
};

struct Crash : TestPass<Crash> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Crash)
  StringRef getArgument() const override { return "test-crash"; }
  void runOnOperation() override { std::raise(SIGSEGV); }
};

struct Overflow : TestPass<Overflow> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Overflow)
  StringRef getArgument() const override { return "test-overflow"; }
  /// Without an end, though no compiler can know.
  static unsigned recurse(unsigned depth) {
    volatile unsigned kept = depth;
    return depth == ~0u ? 0 : recurse(depth + 1) + kept;
  }
  void runOnOperation() override {
    if (recurse(0) == 1)
      signalPassFailure();
  }
};

struct Fatal : TestPass<Fatal> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Fatal)
  StringRef getArgument() const override { return "test-fatal"; }
  void runOnOperation() override { llvm::report_fatal_error("nothing goes any more"); }
};

struct Silent : TestPass<Silent> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Silent)
  StringRef getArgument() const override { return "test-silent"; }
  void runOnOperation() override { signalPassFailure(); }
};

struct Invalid : TestPass<Invalid> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Invalid)
  StringRef getArgument() const override { return "test-invalid"; }
  void runOnOperation() override {
    // A return outside of a function.
    auto builder = OpBuilder::atBlockEnd(getOperation().getBody());
    func::ReturnOp::create(builder, getOperation().getLoc());
  }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<func::FuncDialect>(); }
};

struct Refuse : TestPass<Refuse> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Refuse)
  StringRef getArgument() const override { return "test-refuse"; }
  void runOnOperation() override {
    getOperation().emitError("this model is not liked");
    signalPassFailure();
  }
};

struct Unname : TestPass<Unname> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Unname)
  StringRef getArgument() const override { return "test-unname"; }
  /// What comes behind the passes of stage `bufferized` takes names for granted.
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, "ingot.name");
  }
};

} // namespace

static int compile(const std::string &bug, const std::string &file) {
  auto text = llvm::MemoryBuffer::getFile(file);
  if (!text)
    return 125;
  ingot::cli::Flags flags;
  flags.options.recover = true;
  flags.options.changePasses = [&](PassManager &passes) { (void)parsePassPipeline(bug, passes); };
  return ingot::cli::finish(ingot::driver::compileIR((*text)->getBuffer().str(), file, flags.options), flags);
}

int main(int argc, char **argv) {
  const PassRegistration<Crash> crash;
  const PassRegistration<Overflow> overflow;
  const PassRegistration<Fatal> fatal;
  const PassRegistration<Silent> silent;
  const PassRegistration<Invalid> invalid;
  const PassRegistration<Unname> unname;
  const PassRegistration<Refuse> refuse;
  if (argc > 1 && StringRef(argv[1]) == "opt") {
    DialectRegistry registry;
    ingot::driver::registerDialects(registry);
    ingot::driver::registerPasses();
    argv[1] = argv[0];
    return ingot::cli::guard(
        [&] { return asMainReturnCode(MlirOptMain(argc - 1, argv + 1, "with bugs\n", registry)); });
  }
  if (argc != 3)
    return 125;
  return ingot::cli::guard([&] { return compile(argv[1], argv[2]); });
}
