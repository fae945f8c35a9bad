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

static bool isForSize(ModuleOp module) {
  auto goal = module->getAttrOfType<StringAttr>(names::optimizeFor);
  return goal && goal == "size";
}

bool ingot::sharesLoops(ModuleOp module) {
  auto width = module->getAttrOfType<IntegerAttr>(names::vectorWidth);
  return isForSize(module) && width && width.getInt() == 1;
}

/// With vectors the last bytes cost too much: `minsize` ran training ten times as long.
SmallVector<StringRef> ingot::sizeAttributes(ModuleOp module) {
  if (sharesLoops(module))
    return {"optsize", "minsize"};
  return isForSize(module) ? SmallVector<StringRef>{"optsize"} : SmallVector<StringRef>();
}

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
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      SetVector<Attribute> attributes;
      if (auto own = function->getAttrOfType<ArrayAttr>("passthrough"))
        attributes.insert_range(own);
      attributes.insert(builder.getStringAttr("no-builtins"));
      attributes.insert(builder.getStringAttr("nounwind"));
      for (StringRef ofSize : sizeAttributes(getOperation()))
        attributes.insert(builder.getStringAttr(ofSize));
      function->setAttr("passthrough", builder.getArrayAttr(attributes.getArrayRef()));
    }
  }
};
} // namespace
