//===- Passes.h - passes that divide work among threads ---------*- C++ -*-===//
//
// Declares `createDivideWork`, `createOutlineRegions`, `createLowerForks` and
// `registerParallelPasses`. Purpose and preconditions stand in Passes.td.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/parallel/Passes.h.inc"

} // namespace ingot::codegen
