//===- RowOps.cpp - rows of tables: verifiers and inference --------------===//

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

LogicalResult GatherRowsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                             DictionaryAttr, OpaqueProperties, RegionRange,
                                             SmallVectorImpl<Type> &results) {
  // gather_rows_c1
  const shape::Inferred rule = shape::gatherRows(shapeOf(operands[0].getType()), shapeOf(operands[1].getType()));
  if (!rule)
    return emitOptionalError(loc, rule.message());
  results.push_back(RankedTensorType::get(*rule, tensorType(operands[0]).getElementType()));
  return success();
}

LogicalResult ScatterRowsOp::verify() {
  // scatter_rows_c1
  const shape::Inferred rule = shape::gatherRows(shapeOf(getType()), shapeOf(getIds().getType()));
  if (!rule)
    return emitOpError(rule.message());
  if (*rule != shapeOf(getRows().getType()))
    return emitOpError("has indices ") << getIds().getType() << ", rows " << getRows().getType() << " and result "
           << getType() << ", whose rows have another shape";
  return success();
}

/// The type of one row of a table.
static Type rowOf(Type table) {
  auto type = cast<RankedTensorType>(table);
  return RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
}

LogicalResult UpdateRowsOp::verify() {
  // update_rows_c1
  std::optional<int64_t> count;
  for (Type type : getTables().getTypes()) {
    auto table = cast<RankedTensorType>(type);
    if (table.getRank() == 0 || !table.hasStaticShape() || table.getDimSize(0) != count.value_or(table.getDimSize(0)))
      return emitOpError("has a table ") << type << "; tables must be static and have equally many rows";
    count = table.getDimSize(0);
  }
  if (getTables().getTypes() != getResultTypes())
    return emitOpError("has tables (") << getTables().getTypes() << ") and results (" << getResultTypes() << ")";
  RankedTensorType ids = tensorType(getIds()), rows = tensorType(getRows());
  if (ids.getRank() == 0 || ids.getRank() > rows.getRank() || ids.getShape() != rows.getShape().take_front(ids.getRank()))
    return emitOpError("has indices ") << ids << " and rows " << rows << "; the shape of the first must begin the other's";
  // update_rows_c2
  SmallVector<Type> expected = {RankedTensorType::get(rows.getShape().drop_front(ids.getRank()), rows.getElementType())};
  for (Type table : getTables().getTypes())
    expected.push_back(rowOf(table));
  if (!llvm::equal(block().getArgumentTypes(), expected))
    return emitOpError("has a body of (") << block().getArgumentTypes() << "), must be (" << expected << ")";
  // update_rows_c3
  auto yield = dyn_cast<YieldOp>(block().getTerminator());
  if (!yield || !llvm::equal(yield->getOperandTypes(), ArrayRef(expected).drop_front()))
    return emitOpError("must yield (") << ArrayRef(expected).drop_front() << ")";
  return success();
}

LogicalResult DecayOp::verify() {
  // decay_c1
  ArrayRef<int64_t> x = tensorType(getX()).getShape(), last = tensorType(getLast()).getShape();
  if (last.size() > x.size() || x.take_front(last.size()) != last)
    return emitOpError("`last` is ") << getLast().getType() << "; its shape must begin that of " << getX().getType();
  return success();
}

// assign_c1
LogicalResult AssignOp::verify() { return verifyOneElementType(*this); }
