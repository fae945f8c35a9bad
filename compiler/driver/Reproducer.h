//===- Reproducer.h - bugs of the compiler, and what reruns them -*- C++ -*-===//
//
// A pass that refuses a model says why, at the user's place. One that fails without
// a word, leaves invalid IR, or crashes has a bug, and the user is told so.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "driver/Compile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace ingot::driver {

/// What became of a run of passes.
struct PassRun {
  bool ok = true;
  /// If it failed by a bug. Its reproducer is the module before the first of the
  /// passes, with their names, in MLIR's form.
  std::optional<Bug> bug = {};
};

/// Has crashes come to findCrash and to the handlers of MLIR.
void handleSignals();

/// Runs `passes` on `module`. Errors reach the handlers of the context as always.
/// With `recover`, a crash is a bug; else it is a crash.
PassRun runPasses(mlir::PassManager &passes, mlir::ModuleOp module, bool recover);

/// How work ended that did not come to its end.
struct Crash {
  std::string what;
  bool isBug = true; ///< false: there is not enough memory
};

/// Runs `work`; what is wrong if it crashes, or throws what it should not. With
/// `recover` only: else a crash is a crash.
std::optional<Crash> findCrash(bool recover, llvm::function_ref<void()> work);

/// `text` below a comment that says how to run it again.
std::string makeReproducer(const std::string &text, const std::string &what, const Options &options);

} // namespace ingot::driver
