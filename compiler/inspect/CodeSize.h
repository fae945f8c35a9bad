//===- CodeSize.h - whose code is how large ---------------------*- C++ -*-===//
#pragma once

#include "codegen/StackUse.h"
#include "inspect/Sections.h"

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
  /// By entry: what `--gc-sections` keeps for a program that calls nothing else.
  std::map<std::string, LinkedSize> linked;
  /// The same for one that calls all of them. The descriptor is not in it: who calls
  /// entries does not refer to it.
  LinkedSize linkedTogether;
  /// By entry, where it is known.
  std::map<std::string, codegen::StackUse> stack;
  std::vector<SharedFunction> sharedFunctions; ///< the largest first
};

/// Sizes are those of the symbols of `object`, which `module` has become; who calls
/// what is read from `module`, what of the stack it takes from `frames`. Public functions
/// begin with `prefix_`.
llvm::Expected<CodeSizes> measureCode(const llvm::Module &module, llvm::StringRef object,
                                      const codegen::StackFrames &frames, llvm::StringRef prefix);

} // namespace ingot::inspect
