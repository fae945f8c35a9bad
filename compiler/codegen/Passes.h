//===- Passes.h - passes of the stage codegen -------------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/Passes.h.inc"
} // namespace ingot
