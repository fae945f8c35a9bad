//===- Roles.h - arguments of bodies by what they are ----------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot {

/// The first argument of `function` whose `ingot.role` is `role`; null without one.
inline mlir::Value argumentWithRole(mlir::func::FuncOp function, llvm::StringRef role) {
  for (mlir::BlockArgument argument : function.getArguments())
    if (auto own = function.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), names::role); own && own == role)
      return argument;
  return {};
}

} // namespace ingot
