//===- StackUse.h - how much stack machine code takes -----------*- C++ -*-===//
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CodeGen.h"

namespace llvm {
class raw_pwrite_stream;
class TargetMachine;
namespace legacy {
class PassManagerBase;
} // namespace legacy
} // namespace llvm

namespace ingot::codegen {

/// What a function takes of the stack itself, and whom it calls.
struct StackFrame {
  /// From the call to the return: what was saved, what was spilled, what is passed on,
  /// and the return address where a call pushes it.
  uint64_t bytes = 0;
  std::set<std::string> callees;
  /// Callees whose frames come in the place of this one.
  std::set<std::string> tailCallees;
  /// Functions that it hands to another: what `parallel_for` calls.
  std::set<std::string> bodies;
  /// What it calls that is not in the object: functions of the host, and of a library.
  std::set<std::string> outside;
};

/// By name of the function.
using StackFrames = std::map<std::string, StackFrame>;

/// The stack of a call.
struct StackUse {
  /// On the way that takes the most, bodies included: the caller's thread does a part.
  uint64_t bytes = 0;
  /// What a body takes of another thread's stack.
  uint64_t threadBytes = 0;
  /// The way itself, the entry first.
  std::vector<std::string> path;
  /// What may be called on some way and is not counted.
  std::set<std::string> outside;
};

/// Nothing if the frame of a function on the way is not known.
std::optional<StackUse> stackOf(llvm::StringRef function, const StackFrames &frames);

/// What a symbol's name ends with that has the stack of a public function for a value.
inline constexpr llvm::StringLiteral stackSymbolSuffix = "_stack_bytes";

/// Like TargetMachine::addPassesToEmitFile, false if that cannot be; `frames` is filled
/// when the passes have run. An ELF file for a machine without an operating system gets, for
/// each public function whose stack is known, an absolute symbol with it.
bool addPassesToEmitFile(llvm::legacy::PassManagerBase &passes, llvm::TargetMachine &machine,
                         llvm::raw_pwrite_stream &out, llvm::CodeGenFileType type, StackFrames &frames);

} // namespace ingot::codegen
