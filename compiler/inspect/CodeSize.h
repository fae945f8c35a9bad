//===- CodeSize.h - whose code is how large ---------------------*- C++ -*-===//
#pragma once

#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace ingot::inspect {

/// A function that several entries call, `predict` and so on.
struct SharedFunction {
  std::string name;
  uint64_t bytes = 0;
  std::vector<std::string> entries;
};

struct CodeSizes {
  uint64_t text = 0, rodata = 0;
  /// By entry: what nothing else calls, and the sum of what it shares.
  std::map<std::string, uint64_t> own, shared;
  std::vector<SharedFunction> sharedFunctions; ///< the largest first
};

/// Sizes are those of the symbols of `object`, which `module` has become; who calls
/// what is read from `module`. Public functions begin with `prefix_`.
llvm::Expected<CodeSizes> measureCode(const llvm::Module &module, llvm::StringRef object, llvm::StringRef prefix);

} // namespace ingot::inspect
