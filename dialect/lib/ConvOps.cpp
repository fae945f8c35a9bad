//===- ConvOps.cpp - convolution and pooling: verifiers and inference ----===//

#include "LayerOps.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// conv
//===----------------------------------------------------------------------===//

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                       DictionaryAttr, OpaqueProperties properties, RegionRange,
                                       SmallVectorImpl<Type> &results) {
  // conv_c1, conv_c2
  auto *own = properties.as<Properties *>();
  shape::Sliding sliding{own->kernel_size.asArrayRef().vec(), own->strides.asArrayRef().vec(),
                         own->dilation_rate.asArrayRef().vec(), own->padding.str()};
  return inferred(loc, shape::conv(shapeOf(operands[0].getType()), own->filters.getInt(), sliding),
                  operands[0].getType(), results);
}

LogicalResult ConvOp::verify() {
  // conv_c4
  if (!isActivation(getActivation()))
    return emitOpError("activation \"") << getActivation() << "\" is unknown";
  if (getUseBias() != getBias().has_value())
    return emitOpError("`use_bias` is ") << (getUseBias() ? "true" : "false") << " but the op has "
           << (getBias() ? "a" : "no") << " bias";
  return success();
}

LogicalResult ConvOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // conv_c3
  int64_t filters = getFilters();
  SmallVector<int64_t> kernel(getKernelSize());
  kernel.append({tensorType(getInput()).getShape().back(), filters});
  if (failed(verifyVariable(*this, symbols, getKernelAttr(), "kernel", kernel)))
    return failure();
  return getBias() ? verifyVariable(*this, symbols, getBiasAttr(), "bias", {filters}) : success();
}

//===----------------------------------------------------------------------===//
// pool, global_pool
//===----------------------------------------------------------------------===//

static LogicalResult verifyKind(Operation *op, StringRef kind) {
  if (kind != "max" && kind != "average")
    return op->emitOpError("kind is \"") << kind << "\"; must be \"max\" or \"average\"";
  return success();
}

LogicalResult PoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                       DictionaryAttr, OpaqueProperties properties, RegionRange,
                                       SmallVectorImpl<Type> &results) {
  // pool_c2, pool_c3
  auto *own = properties.as<Properties *>();
  std::vector<int64_t> size = own->pool_size.asArrayRef().vec();
  shape::Sliding sliding{size, own->strides.asArrayRef().vec(), std::vector<int64_t>(size.size(), 1),
                         own->padding.str()};
  return inferred(loc, shape::pool(shapeOf(operands[0].getType()), sliding), operands[0].getType(), results);
}

// pool_c1
LogicalResult PoolOp::verify() { return verifyKind(*this, getKind()); }

LogicalResult GlobalPoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                             DictionaryAttr, OpaqueProperties properties, RegionRange,
                                             SmallVectorImpl<Type> &results) {
  // global_pool_c2
  BoolAttr keepdims = properties.as<Properties *>()->keepdims;
  return inferred(loc, shape::globalPool(shapeOf(operands[0].getType()), keepdims && keepdims.getValue()),
                  operands[0].getType(), results);
}

// global_pool_c1
LogicalResult GlobalPoolOp::verify() { return verifyKind(*this, getKind()); }

// No weights, no symbols to check.
LogicalResult PoolOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult GlobalPoolOp::verifySymbolUses(SymbolTableCollection &) { return success(); }

//===----------------------------------------------------------------------===//
// windows, overlap_add
//===----------------------------------------------------------------------===//

template <typename Attributes> static shape::Windowing windowingOf(const Attributes &own) {
  return {own.window.asArrayRef().vec(), own.strides.asArrayRef().vec(), own.dilation.asArrayRef().vec(),
          own.low.asArrayRef().vec(), own.high.asArrayRef().vec()};
}

shape::Windowing WindowsOp::getWindowing() { return windowingOf(getProperties()); }
shape::Windowing OverlapAddOp::getWindowing() { return windowingOf(getProperties()); }

LogicalResult WindowsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                          DictionaryAttr, OpaqueProperties properties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  // windows_c1, windows_c2
  const shape::Windowing windowing = windowingOf(*properties.as<Properties *>());
  return inferred(loc, shape::windows(shapeOf(operands[0].getType()), windowing), operands[0].getType(), results);
}

LogicalResult OverlapAddOp::verify() {
  // overlap_add_c1
  const shape::Inferred windows = shape::windows(shapeOf(getType()), getWindowing());
  if (!windows)
    return emitOpError(windows.message());
  if (*windows != shapeOf(getX().getType()))
    return emitOpError("adds windows ") << getX().getType() << " but those of its result have shape "
           << shape::toString(*windows);
  return success();
}
