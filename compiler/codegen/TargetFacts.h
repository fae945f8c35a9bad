//===- TargetFacts.h - what passes know of a machine ------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace llvm {
class MCSubtargetInfo;
class Triple;
} // namespace llvm

namespace ingot::codegen {

/// A module's attribute: false where the machine takes no square roots.
inline constexpr llvm::StringLiteral sqrtAttribute = "ingot.sqrt";

/// A module's attribute: false where all memory is about as near as a first cache.
inline constexpr llvm::StringLiteral cachesAttribute = "ingot.caches";

/// What the stages before LLVM ask about the machine that they compile for.
struct TargetFacts {
  int64_t pointerBits = 64; ///< so many has an index, too
  int64_t vectorWidth = 4;  ///< floats in a register
  int64_t vectorRegisters = 16;
  int64_t l1Bytes = 32 << 10;  ///< data cache nearest to a core
  int64_t l2Bytes = 512 << 10; ///< what one core has of the next
  int64_t alignment = 64;      ///< of the caller's blocks, in bytes
  bool smallCode = false;      ///< memory for code is scarce
  bool fma = false;            ///< multiplies and adds with one rounding
  bool floor = false;          ///< rounds to an integer in one instruction
  bool sqrt = true;            ///< takes square roots in one instruction
  bool caches = true;          ///< memory is so far that code has to mind caches
};

/// Whether objects can be made for `triple`.
bool isSupported(const llvm::Triple &triple);

/// The triples that `isSupported` takes, in words.
extern const char *const supportedTargets;

/// The processor that code is for if none is named.
std::string defaultCpu(const std::string &triple);

TargetFacts factsOf(const llvm::MCSubtargetInfo &subtarget);

} // namespace ingot::codegen
