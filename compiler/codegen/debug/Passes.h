//===- Passes.h - passes for debuggers and profilers ------------*- C++ -*-===//
//
// Declares `createMarkSpans`, `createDebugScopes`, `createInstrumentLayers`,
// `createLowerHooks` and `registerDebugPasses`. Purpose and preconditions stand in
// Passes.td.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/debug/Passes.h.inc"

} // namespace ingot::codegen
