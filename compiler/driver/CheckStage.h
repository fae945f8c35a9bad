//===- CheckStage.h - whether textual IR can begin at a stage ---*- C++ -*-===//
#pragma once

#include "driver/Pipeline.h"

#include "mlir/IR/BuiltinOps.h"

namespace ingot::driver {

/// What verifiers cannot know, for it is of a whole module: the passes after `stage`
/// take only our ops, arguments with names, and sizes that can be counted. Recorded
/// models keep to it, so it is checked of text alone. Emits what is wrong.
mlir::LogicalResult checkStage(mlir::ModuleOp module, Stage stage);

} // namespace ingot::driver
