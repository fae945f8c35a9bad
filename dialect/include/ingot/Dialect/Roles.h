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

/// The same; without one, a new last argument of `type`.
inline mlir::Value getOrAddArgument(mlir::func::FuncOp function, llvm::StringRef role, mlir::Type type) {
  if (mlir::Value known = argumentWithRole(function, role))
    return known;
  mlir::Builder builder(function.getContext());
  const unsigned index = function.getNumArguments();
  // It fails for functions of other dialects only.
  (void)function.insertArgument(
      index, type, builder.getDictionaryAttr(builder.getNamedAttr(names::role, builder.getStringAttr(role))), function.getLoc());
  return function.getArgument(index);
}

} // namespace ingot
