//===- PrepareFunctions.cpp - no runtime library, no builtins ------------===//
//
// In and out: functions on memrefs.
//
//===----------------------------------------------------------------------===//

#include "codegen/Passes.h"
#include "codegen/TargetFacts.h"

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

static bool isScalar(ModuleOp module) {
  auto width = module->getAttrOfType<IntegerAttr>(names::vectorWidth);
  return width && width.getInt() == 1;
}

bool ingot::sharesLoops(ModuleOp module) {
  auto caches = module->getAttrOfType<BoolAttr>(codegen::cachesAttribute);
  return isScalar(module) && (isForSize(module) || (caches && !caches.getValue()));
}

/// With vectors the last bytes cost too much: `minsize` ran training ten times as long. On a
/// microcontroller, kernels are unrolled already, and what LLVM makes longer of the rest
/// gains little.
SmallVector<StringRef> ingot::sizeAttributes(ModuleOp module) {
  if (!isForSize(module))
    return sharesLoops(module) ? SmallVector<StringRef>{"optsize"} : SmallVector<StringRef>();
  return isScalar(module) ? SmallVector<StringRef>{"optsize", "minsize"} : SmallVector<StringRef>{"optsize"};
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
