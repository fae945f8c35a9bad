//===- VerifyInPlace.cpp - updates in place read old values --------------===//
//
// Bufferization takes an entry's word that the memory behind `to_tensor` is its
// own. A use of that tensor behind the write would then read the new value,
// without a diagnostic. This pass is the diagnostic.
//
//===----------------------------------------------------------------------===//

#include "lower/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_VERIFYINPLACEPASS
#include "lower/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// Is `memory` a view of the caller's params or state? Counters do not matter.
static bool isVariable(Value memory) {
  auto view = memory.getDefiningOp<memref::ViewOp>();
  if (view && view.getType().getRank() == 0)
    return false;
  auto block = view ? dyn_cast<BlockArgument>(view.getSource()) : BlockArgument();
  auto function = block ? dyn_cast<func::FuncOp>(block.getOwner()->getParentOp()) : func::FuncOp();
  auto role = function ? function.getArgAttrOfType<StringAttr>(block.getArgNumber(), names::role) : StringAttr();
  return role && (role == "params" || role == "state");
}

/// Does a loop around `write` run `reader` again, after it?
static bool repeats(Operation *write, Operation *reader) {
  for (auto loop = write->getParentOfType<LoopLikeOpInterface>(); loop; loop = loop->getParentOfType<LoopLikeOpInterface>())
    if (loop->isAncestor(reader))
      return true;
  return false;
}

/// No op reads `tensor`, or a part of it, after `write`. A read in a loop counts
/// where the loop stands; one that shares a loop with the write is repeated.
static LogicalResult verifyReads(Value tensor, bufferization::MaterializeInDestinationOp write) {
  for (Operation *reader : tensor.getUsers()) {
    if (isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(reader))
      if (failed(verifyReads(reader->getResult(0), write)))
        return failure();
    Operation *inBlock = write->getBlock()->findAncestorOpInBlock(*reader);
    if (!(inBlock && write->isBeforeInBlock(inBlock)) && !repeats(write, reader))
      continue;
    InFlightDiagnostic diagnostic = reader->emitError("reads a variable after it was written");
    diagnostic.attachNote(write.getLoc()) << "written here";
    return diagnostic;
  }
  return success();
}

static LogicalResult verifyReads(bufferization::MaterializeInDestinationOp write) {
  for (Operation *user : write.getDest().getUsers())
    if (auto tensor = dyn_cast<bufferization::ToTensorOp>(user); tensor && failed(verifyReads(tensor, write)))
      return failure();
  return success();
}

namespace {
struct VerifyInPlacePass : ingot::impl::VerifyInPlacePassBase<VerifyInPlacePass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) -> WalkResult {
      if (auto write = dyn_cast<bufferization::MaterializeInDestinationOp>(op))
        return verifyReads(write);
      if (auto copy = dyn_cast<memref::CopyOp>(op); copy && (isVariable(copy.getSource()) || isVariable(copy.getTarget())))
        return op->emitError("copies a whole variable; it should be updated in place");
      return success();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
