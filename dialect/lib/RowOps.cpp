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
