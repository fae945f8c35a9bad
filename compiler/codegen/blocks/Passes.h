//===- Passes.h - passes that do work in blocks to save memory --*- C++ -*-===//
//
// Declares `createBlockUpdates`, `createSliceBatch`, `createSliceRows`, `createStripSteps` and
// `registerBlocksPasses`. Purpose and preconditions stand in Passes.td.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/blocks/Passes.h.inc"

} // namespace ingot::codegen
