//===- Passes.h - bodies that C can say -------------------------*- C++ -*-===//
#pragma once

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot::codegen {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/emitc/Passes.h.inc"
} // namespace ingot::codegen
