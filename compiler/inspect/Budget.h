//===- Budget.h - what a program needs, and what it may have ----*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"
#include "inspect/CodeSize.h"

#include <optional>
#include <string>
#include <vector>

namespace ingot::inspect {

/// A part of the memory that a program needs.
struct Part {
  std::string what;  ///< "params", "arena", "code", ...
  std::string entry; ///< whose it is, where it is one entry's
  uint64_t bytes = 0;
  /// What takes the most of it, and how much; empty where that cannot be said.
  std::string most;
  uint64_t mostBytes = 0;
  std::string mostWhere; ///< of an arena: the layer at work where it is fullest

  /// "`params`", "the arena of `train_step`"
  std::string name() const;
};

/// Memory of one kind.
struct Need {
  std::string memory;            ///< "RAM", "flash"
  std::string flag;              ///< "--max-ram"
  std::vector<Part> parts;       ///< none of them empty
  std::optional<uint64_t> limit; ///< of `flag`

  uint64_t bytes() const;
  bool fits() const { return !limit || bytes() <= *limit; }
};

/// What the user allows.
struct Budget {
  std::optional<uint64_t> maxRam, maxFlash;
};

/// What a program needs that calls any of the compiled entries, one at a time:
/// docs/abi.md says which blocks that are.
Need ramNeeded(const codegen::ModelInfo &info, const CodeSizes &code, const Budget &budget);
Need flashNeeded(const codegen::ModelInfo &info, const CodeSizes &code, const Budget &budget);

/// Bytes of the tensors of a call, which are the caller's and may be anywhere.
uint64_t tensorBytesOfACall(const codegen::ModelInfo &info);

/// What does not fit, in a sentence, and what it consists of in another.
std::string overrun(const Need &need, const std::string &model);
std::string composition(const Need &need);

} // namespace ingot::inspect
