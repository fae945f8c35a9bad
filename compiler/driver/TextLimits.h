//===- TextLimits.h - what a parser cannot be given -------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace ingot::driver {

/// Brackets within brackets. MLIR's parser recurses for each and does not count, so
/// more would be the end of its stack.
inline constexpr unsigned deepestNesting = 256;

/// The line of textual IR where it is nested deeper than that.
std::optional<unsigned> lineNestedTooDeep(llvm::StringRef text);

} // namespace ingot::driver
