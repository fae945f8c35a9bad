//===- BatchBlock.cpp - a block of ops for many rows at once -------------===//

#include "batching/BatchBlock.h"

#include "batching/Mapping.h"
#include "batching/ScanEdit.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace ingot;

void BlockBatcher::bind(Value original, Value value, bool isMapped) {
  values.map(original, value);
  if (isMapped)
    mapped.insert(original);
}

Value BlockBatcher::repeated(Value original) const {
  Value value = lookup(original);
  return isMapped(original) ? value : repeat(builder, value.getLoc(), value, axis, size);
}

LogicalResult BlockBatcher::build(Block &block) {
  for (Operation &op : block.without_terminator()) {
    auto isOperandMapped = llvm::map_to_vector(op.getOperands(), [&](Value operand) { return isMapped(operand); });
    if (!llvm::is_contained(isOperandMapped, true)) {
      builder.clone(op, values);
      continue;
    }
    auto batchable = dyn_cast<BatchableOpInterface>(op);
    if (!batchable)
      return failure();
    auto operands = llvm::map_to_vector(op.getOperands(), [&](Value operand) { return lookup(operand); });
    auto results = areCalls ? batchable.buildCalls(builder, operands, isOperandMapped, axis, size)
                            : batchable.buildBatched(builder, operands, isOperandMapped, axis, size);
    if (failed(results))
      return failure();
    for (auto [result, value] : llvm::zip_equal(op.getResults(), *results))
      bind(result, value, /*isMapped=*/true);
  }
  return success();
}

/// What `scan` uses of the ops and arguments in `region`.
static SmallVector<Value> capturedOf(ScanOp scan, Region &region) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(scan.getBody(), captured);
  captured.remove_if([&](Value value) { return !region.isAncestor(value.getParentRegion()); });
  return captured.takeVector();
}

void ingot::closeScans(Block &block) {
  // Outer ones first: what they get are values that inner ones see.
  SmallVector<ScanOp> scans;
  block.walk<WalkOrder::PreOrder>([&](ScanOp scan) { scans.push_back(scan); });
  for (ScanOp scan : scans)
    addInvariants(scan, capturedOf(scan, *block.getParent()));
}
