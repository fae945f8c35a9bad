//===- Prelude.h - what every C file begins with ----------------*- C++ -*-===//
#pragma once

#include "codegen/emitc/BodyPrinter.h"

namespace ingot::codegen {

/// Directives that keep a compiler from changing bits or calling a library.
extern const char *const guards;

/// How a constant is aligned, where weights are.
extern const char *const alignment;

/// Definitions of the helpers that are used.
std::string definitionsOf(const Helpers &helpers);

} // namespace ingot::codegen
