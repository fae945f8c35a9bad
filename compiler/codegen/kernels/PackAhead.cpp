//===- PackAhead.cpp - weights packed by prepare ---------------------------===//
//
// Each packed weight is an argument of both bodies, under one name: `prepare` writes
// it, the other reads it. Where it lies is decided with the rest of the block.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/PackAhead.h"
#include "codegen/kernels/KernelPlan.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace ingot::codegen {

static StringRef kindOf(Operation *function) {
  auto kind = function->getAttrOfType<StringAttr>(names::kind);
  return kind ? kind.getValue() : "";
}

PackAhead::PackAhead(ModuleOp module, PackOnce &packs) : packs(packs) {
  for (auto function : module.getOps<func::FuncOp>())
    if (kindOf(function) == kinds::prepare)
      prepare = function;
}

/// The argument that `memref` is a view of, if the view is the same in each call.
static BlockArgument argumentBehind(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>()) {
    for (Value operand : view->getOperands())
      if (operand != view.getViewSource() && !operand.getDefiningOp<arith::ConstantOp>())
        return {};
    memref = view.getViewSource();
  }
  return dyn_cast<BlockArgument>(memref);
}

bool PackAhead::canPackIn(linalg::LinalgOp op, const Contraction &contraction) {
  auto body = op->getParentOfType<func::FuncOp>();
  if (kindOf(body) != kinds::predictPrepared || ShapedType::isDynamic(contraction.spec.k) ||
      llvm::any_of(contraction.outer, [](const OuterLabel &label) { return label.dimOfB.has_value(); }))
    return false;
  BlockArgument argument = argumentBehind(contraction.b);
  if (!argument || argument.getOwner() != &body.getBody().front())
    return false;
  auto role = body.getArgAttrOfType<StringAttr>(argument.getArgNumber(), names::role);
  return role && (role == "params" || role == "prepared");
}

Value PackAhead::argumentOfPrepare(BlockArgument argument) {
  auto body = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  DictionaryAttr wanted = body.getArgAttrDict(argument.getArgNumber());
  for (unsigned i = 0; i < prepare.getNumArguments(); ++i)
    if (prepare.getArgAttr(i, names::role) == wanted.get(names::role) &&
        prepare.getArgAttr(i, names::name) == wanted.get(names::name))
      return prepare.getArgument(i);
  unsigned index = prepare.getNumArguments();
  (void)prepare.insertArgument(index, argument.getType(), wanted, argument.getLoc());
  return prepare.getArgument(index);
}

bool PackAhead::pack(linalg::LinalgOp op, Contraction &contraction) {
  const Value source = contraction.b;
  const bool transpose = contraction.spec.transposeB;
  for (const Packed &packed : known)
    if (packed.source == source && packed.transpose == transpose) {
      packs.usePanels(contraction, packed.panels);
      return false;
    }
  auto body = op->getParentOfType<func::FuncOp>();
  Builder attributes(body.getContext());
  StringRef layer = nameOf(op.getLoc());
  std::string name = ((layer.empty() ? "packed" : layer) + ".packed" + Twine(known.size())).str();
  DictionaryAttr attribute = attributes.getDictionaryAttr(
      {attributes.getNamedAttr(names::role, attributes.getStringAttr("prepared")),
       attributes.getNamedAttr(names::name, attributes.getStringAttr(name)),
       attributes.getNamedAttr(LLVM::LLVMDialect::getNoAliasAttrName(), attributes.getUnitAttr())});
  MemRefType type = packs.typeOfPanels(contraction.spec);
  auto addArgument = [&](func::FuncOp function) {
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(index, type, attribute, op.getLoc());
    return function.getArgument(index);
  };

  // The same view, of the same block, behind what `prepare` computes.
  SmallVector<Operation *> views;
  for (Value memref = source; Operation *view = memref.getDefiningOp();
       memref = cast<ViewLikeOpInterface>(view).getViewSource())
    views.push_back(view);
  IRMapping map;
  BlockArgument argument = argumentBehind(source);
  map.map(Value(argument), argumentOfPrepare(argument));
  OpBuilder builder(prepare.getBody().front().getTerminator());
  for (Operation *view : llvm::reverse(views)) {
    for (Value operand : view->getOperands())
      if (!map.contains(operand))
        map.map(operand, builder.clone(*operand.getDefiningOp())->getResult(0));
    builder.clone(*view, map);
  }
  packs.emitPack(builder, op.getLoc(), contraction.spec, map.lookup(source), addArgument(prepare));
  known.push_back({source, transpose, addArgument(body)});
  packs.usePanels(contraction, known.back().panels);
  return true;
}

} // namespace ingot::codegen
