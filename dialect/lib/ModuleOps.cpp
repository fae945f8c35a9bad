//===- ModuleOps.cpp - variables, models, entries, compile ---------------===//

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// variable
//===----------------------------------------------------------------------===//

/// Numbers reach attributes of ops, which are f64.
static bool isF64(Attribute attribute) {
  auto number = dyn_cast_or_null<FloatAttr>(attribute);
  return number && number.getType().isF64();
}

/// variable_c2
static LogicalResult verifyInit(VariableOp op, DictionaryAttr init, ArrayRef<int64_t> shape) {
  auto kind = init.getAs<StringAttr>("kind");
  if (!kind)
    return op.emitOpError("`init` has no `kind`");
  if (kind == "concat") {
    auto parts = init.getAs<ArrayAttr>("parts");
    auto sizes = init.getAs<DenseI64ArrayAttr>("sizes");
    if (!parts || !sizes || parts.size() != static_cast<size_t>(sizes.size()) || shape.empty() ||
        llvm::sum_of(sizes.asArrayRef()) != shape.back())
      return op.emitOpError("`init` of kind \"concat\" lacks `parts` and `sizes` that make up the last axis");
    for (auto [part, size] : llvm::zip(parts, sizes.asArrayRef())) {
      SmallVector<int64_t> block(shape);
      block.back() = size;
      auto dictionary = dyn_cast<DictionaryAttr>(part);
      if (!dictionary || size <= 0)
        return op.emitOpError("`init` has part ") << part << " of size " << size;
      if (failed(verifyInit(op, dictionary, block)))
        return failure();
    }
    return success();
  }
  if (kind == "seed_key")
    return shape == ArrayRef<int64_t>{2} ? success() : op.emitOpError("`init` kind is seed_key but the shape is (")
                                                           << shape << "); must be (2)";
  if (kind != "constant" && kind != "uniform" && kind != "normal" &&
      kind != "truncated_normal" && kind != "orthogonal")
    return op.emitOpError("`init` kind is ")
           << kind << "; must be constant, uniform, normal, truncated_normal, orthogonal, concat or seed_key";
  if (kind == "orthogonal" && shape.size() < 2)
    return op.emitOpError("`init` kind is orthogonal but the rank is ") << shape.size() << "; must be at least 2";
  const bool needsB = kind != "constant" && kind != "orthogonal";
  if (!isF64(init.get("a")) || (needsB && !isF64(init.get("b"))))
    return op.emitOpError("`init` of kind ") << kind << " lacks a number `a` or `b` of f64";
  Attribute seed = init.get("seed");
  auto number = dyn_cast_or_null<IntegerAttr>(seed);
  if (seed && !(number && number.getType().isSignlessInteger(64)))
    return op.emitOpError("`init` has `seed` = ") << seed << "; must be an i64";
  return success();
}

LogicalResult VariableOp::verify() {
  // variable_c1
  if (!getTensorType().hasStaticShape())
    return emitOpError("type is ") << getType() << "; must be static";
  if (failed(verifyInit(*this, getInit(), getTensorType().getShape())))
    return failure();
  if (getRole() != "weight" && getRole() != "slot" && getRole() != "counter")
    return emitOpError("`role` is \"") << getRole() << "\"; must be weight, slot or counter";
  // variable_c3
  if (auto of = getOfAttr()) {
    auto weight = SymbolTable::lookupNearestSymbolFrom<VariableOp>(*this, of);
    if (!weight)
      return emitOpError("belongs to ") << of << ", which is not a variable";
    ArrayRef<int64_t> shape = getTensorType().getShape(), whole = weight.getTensorType().getShape();
    if (shape != whole && (whole.empty() || shape != whole.take_front(1)))
      return emitOpError("has shape (") << getTensorType().getShape() << ") but belongs to "
             << of << " of shape (" << weight.getTensorType().getShape() << ")";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// model, entry, return
//===----------------------------------------------------------------------===//

template <typename Op>
static ParseResult parseFunctionLike(OpAsmParser &parser, OperationState &result) {
  auto buildType = [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(arguments, results);
  };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false, Op::getFunctionTypeAttrName(result.name),
      buildType, Op::getArgAttrsAttrName(result.name), Op::getResAttrsAttrName(result.name));
}

template <typename Op>
static void printFunctionLike(Op op, OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, op, /*isVariadic=*/false,
                                           op.getFunctionTypeAttrName(),
                                           op.getArgAttrsAttrName(), op.getResAttrsAttrName());
}

ParseResult ModelOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseFunctionLike<ModelOp>(parser, result);
}
void ModelOp::print(OpAsmPrinter &printer) { printFunctionLike(*this, printer); }

ParseResult EntryOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseFunctionLike<EntryOp>(parser, result);
}
void EntryOp::print(OpAsmPrinter &printer) { printFunctionLike(*this, printer); }

LogicalResult EntryOp::verify() {
  static constexpr StringLiteral known[] = {"init",       "init_state", "predict",         "evaluate",
                                            "train_step", "gradients",  "apply_gradients", kinds::prepare,
                                            kinds::predictPrepared};
  if (!llvm::is_contained(known, getKind()))
    return emitOpError("kind is \"") << getKind() << "\"; must be one of init, init_state, predict, "
                                                     "evaluate, train_step, gradients, apply_gradients, "
                                                     "prepare, predict_prepared";
  return success();
}

LogicalResult ReturnOp::verify() {
  auto function = cast<FunctionOpInterface>((*this)->getParentOp());
  if (getResults().getTypes() != function.getResultTypes())
    return emitOpError("returns (") << getResults().getTypes() << ") from a function of results ("
           << function.getResultTypes() << ")";
  return success();
}

//===----------------------------------------------------------------------===//
// compile
//===----------------------------------------------------------------------===//

/// A number or a flag each, beside the name of the class.
static LogicalResult verifyOptimizer(CompileOp op, DictionaryAttr optimizer) {
  if (!optimizer.getAs<StringAttr>("class_name"))
    return op.emitOpError("`optimizer` has no `class_name`");
  for (NamedAttribute value : optimizer)
    if (value.getName() != "class_name" && !isF64(value.getValue()) && !isa<BoolAttr>(value.getValue()))
      return op.emitOpError("`optimizer` has `") << value.getName().getValue() << "` = " << value.getValue()
             << "; must be a number of f64 or a boolean";
  return success();
}

/// Whether what `output` has is of the kind that its readers take for granted.
static bool hasAttributesOfTheirKinds(DictionaryAttr output) {
  auto isAbsentOr = [&](StringRef name, auto isa) {
    Attribute attribute = output.get(name);
    return !attribute || isa(attribute);
  };
  return isAbsentOr("loss", llvm::IsaPred<StringAttr>) && isAbsentOr("target", llvm::IsaPred<TypeAttr>) &&
         isAbsentOr("metrics", llvm::IsaPred<ArrayAttr>) && isAbsentOr("loss_weight", isF64) &&
         isAbsentOr("label_smoothing", isF64) && isAbsentOr("from_logits", llvm::IsaPred<UnitAttr>);
}

LogicalResult CompileOp::verify() {
  if (failed(verifyOptimizer(*this, getOptimizer())))
    return failure();
  for (Attribute attribute : getOutputs()) {
    auto output = cast<DictionaryAttr>(attribute);
    auto name = output.getAs<StringAttr>("name");
    if (!name || name.empty())
      return emitOpError("an output has no `name`");
    if (!hasAttributesOfTheirKinds(output))
      return emitOpError("output ") << name << " is " << output
             << "; `loss` must be a string, `target` a type, `metrics` a list, `loss_weight` and "
                "`label_smoothing` numbers of f64";
    auto loss = output.getAs<StringAttr>("loss");
    if (loss && !isLoss(loss))
      return emitOpError("loss ") << loss << " of output " << output.get("name") << " is unknown";
    if (loss && !output.getAs<TypeAttr>("target"))
      return emitOpError("output ") << output.get("name") << " has a loss but no `target` type";
    for (Attribute entry : output.getAs<ArrayAttr>("metrics")
                               ? output.getAs<ArrayAttr>("metrics").getValue()
                               : ArrayRef<Attribute>()) {
      auto metric = dyn_cast<DictionaryAttr>(entry);
      auto kind = metric ? metric.getAs<StringAttr>("kind") : StringAttr();
      auto key = metric ? metric.getAs<StringAttr>("key") : StringAttr();
      if (!kind || !key || key.empty() || !isMetric(kind))
        return emitOpError("metric ") << entry << " of output " << output.get("name")
               << " is not {key, kind} with a known kind";
    }
  }
  return success();
}
