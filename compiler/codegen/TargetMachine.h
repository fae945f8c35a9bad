//===- TargetMachine.h - LLVM's machine for a target ------------*- C++ -*-===//
#pragma once

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
} // namespace llvm

namespace ingot::codegen {

/// What machine code is for, in LLVM's own words but for `target`.
struct TargetOptions {
  /// A preset's name, or a triple; empty: what `triple` says.
  std::string target;
  /// Each overrules what the preset says. Features are added to its own.
  std::string triple, cpu, features;
  /// `soft`, `softfp` or `hard` as for GCC; empty: what the triple says.
  std::string floatAbi;
  std::string relocationModel;
  char optLevel = '2';
  bool portable = false;
};

/// Fills in what the preset of `options.target` says, and the usual processor.
llvm::Error completeTarget(TargetOptions &options);

/// The machine of completed options, or a sentence that names what is unknown.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const TargetOptions &options);

} // namespace ingot::codegen
