//===- RecordSelfTest.h - what a device is to find ------------*- C++ -*-===//
#pragma once

#include "codegen/SelfTest.h"
#include "driver/Compile.h"

#include "llvm/Support/Error.h"

namespace ingot::driver {

/// The entries to build where `entries` are asked for: a self-test has those that it
/// calls, all of them if nothing else is named. Weights that are not in the object it
/// gets from `init`, and so does a step of training.
std::vector<std::string> entriesToBuild(std::vector<std::string> entries, bool hasFrozenWeights);

/// Calls what `module`, in the form `train`, becomes, and notes what comes of it. What
/// is called is another object: in portable numerics, for this machine, with the kernels
/// of its least processor.
llvm::Expected<codegen::SelfTest> recordSelfTest(mlir::ModuleOp module, const Options &options);

} // namespace ingot::driver
