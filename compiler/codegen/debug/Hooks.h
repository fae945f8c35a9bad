//===- Hooks.h - functions that call the host's hooks -----------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace ingot::codegen::hooks {

/// void (ingot_host *, uint32_t id)
inline constexpr llvm::StringLiteral before = "ingot_before_layer";
inline constexpr llvm::StringLiteral after = "ingot_after_layer";

} // namespace ingot::codegen::hooks
