//===- GradientMap.h - cotangents while a block is walked back --*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace ingot {

/// Which values depend on a variable of interest, and what the loss's
/// derivative with respect to each is so far. An absent cotangent is zero. A value
/// whose op was replaced is not asked for again: its users were walked before.
class GradientMap {
public:
  GradientMap() = default;
  /// Cotangents of their own for the body of a recurrence in the same block walk:
  /// those of a captured value are its part in one step.
  static GradientMap ofBody(const GradientMap &enclosing) {
    GradientMap map;
    map.enclosing = &enclosing;
    return map;
  }

  bool isActive(mlir::Value value) const {
    return active.contains(value) || (enclosing && enclosing->isActive(value));
  }
  void setActive(mlir::Value value) { active.insert(value); }
  mlir::Value lookup(mlir::Value value) const { return cotangents.lookup(value); }

  /// Adds `cotangent` to that of `value`, unless `value` is not active.
  void add(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
           mlir::Value cotangent) {
    if (!isActive(value))
      return;
    mlir::Value &sum = cotangents[value];
    sum = sum ? AddOp::create(builder, loc, sum, cotangent).getResult() : cotangent;
  }

private:
  const GradientMap *enclosing = nullptr;
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> cotangents;
};

} // namespace ingot
