//===- Spans.h - what a module says for debuggers ---------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace ingot::names {

/// What is instrumented: "layers".
inline constexpr llvm::StringLiteral instrument = "ingot.instrument";
/// The spans that are, by their ids: layers and directions.
inline constexpr llvm::StringLiteral spans = "ingot.spans";
/// How much debug information there is to be, if not lines: "none" or "full".
inline constexpr llvm::StringLiteral debug = "ingot.debug";

} // namespace ingot::names
