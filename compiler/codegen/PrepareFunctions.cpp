//===- PrepareFunctions.cpp - no runtime library, no builtins ------------===//
//
// In and out: functions on memrefs.
//
//===----------------------------------------------------------------------===//

#include "codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace ingot;

namespace ingot {
#define GEN_PASS_DEF_PREPAREFUNCTIONSPASS
#include "codegen/Passes.h.inc"
} // namespace ingot

namespace {
struct PrepareFunctionsPass : ingot::impl::PrepareFunctionsPassBase<PrepareFunctionsPass> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies) {
      OpBuilder builder(copy);
      linalg::CopyOp::create(builder, copy.getLoc(), copy.getSource(), copy.getTarget());
      copy.erase();
    }
    Builder builder(&getContext());
    auto goal = getOperation()->getAttrOfType<StringAttr>(names::optimizeFor);
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      SetVector<Attribute> attributes;
      if (auto own = function->getAttrOfType<ArrayAttr>("passthrough"))
        attributes.insert_range(own);
      attributes.insert(builder.getStringAttr("no-builtins"));
      attributes.insert(builder.getStringAttr("nounwind"));
      if (goal && goal == "size")
        attributes.insert(builder.getStringAttr("optsize"));
      function->setAttr("passthrough", builder.getArrayAttr(attributes.getArrayRef()));
    }
  }
};
} // namespace
