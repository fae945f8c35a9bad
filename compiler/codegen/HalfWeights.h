//===- HalfWeights.h - weights in the object, in half precision -*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace ingot::codegen {

/// A module's attribute: the weights in its object are of type f16.
inline constexpr llvm::StringLiteral halfWeightsAttribute = "ingot.frozen_f16";

/// Of a function: it reads words, whatever they mean.
inline constexpr llvm::StringLiteral readsWords = "ingot-reads-words";

/// Functions that are called with the constant `weights` itself read it as half-precision
/// numbers from here on, each at half its offset, and widen what they have read. Others
/// that do the same with a caller's block stay.
llvm::Error readHalfWeights(llvm::Module &module, llvm::StringRef weights, const llvm::TargetMachine &machine);

} // namespace ingot::codegen
