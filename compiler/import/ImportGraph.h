//===- ImportGraph.h - the recorded graph as tier-1 IR ----------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"
#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/OwningOpRef.h"

namespace ingot {

/// A module with the model's variables, the model, and what `compile` said. Ops
/// carry `NameLoc("layer"(file:line:col))`. The only stage that knows both the
/// graph and MLIR; it has no code for any single layer.
mlir::OwningOpRef<mlir::ModuleOp> importGraph(mlir::MLIRContext &context, const graph::Model &model);

} // namespace ingot
