//===- Remarks.cpp - what passes tell about what they did -----------------===//

#include "ingot/Dialect/Remarks.h"

#include "ingot/Dialect/Ingot.h"

using namespace mlir;

/// The kind of the entry around `op`, if it is in one.
static StringRef entryOf(Operation *op) {
  if (auto entry = op->getParentOfType<ingot::EntryOp>())
    return entry.getKind();
  auto function = op->getParentOfType<FunctionOpInterface>();
  auto kind = function ? function->getAttrOfType<StringAttr>(ingot::names::kind) : StringAttr();
  return kind ? kind.getValue() : "";
}

remark::RemarkOpts ingot::remarkOn(Operation *op, StringRef category, StringRef decision) {
  return remark::RemarkOpts::name(decision).category(category).function(entryOf(op));
}
