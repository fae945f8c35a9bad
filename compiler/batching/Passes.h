//===- Passes.h - passes of the stage batching -------------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "batching/Passes.h.inc"
} // namespace ingot
