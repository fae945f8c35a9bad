//===- Attributes.cpp - what modules and functions say of themselves ------===//
//
// Attributes of the dialect on ops and arguments that are not its own: each is
// of the kind that passes read. Whether a value makes sense is said where it is
// used.
//
//===----------------------------------------------------------------------===//

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Spans.h"
#include "ingot/Dialect/Threads.h"

using namespace mlir;
using namespace ingot;

namespace {

/// A kind of attribute, and how a message calls it.
struct Kind {
  bool (*has)(Attribute);
  StringLiteral name;
};

bool isI64(Attribute attribute) {
  auto number = dyn_cast_or_null<IntegerAttr>(attribute);
  return number && number.getType().isSignlessInteger(64);
}

bool isBatch(Attribute attribute) {
  return isI64(attribute) && cast<IntegerAttr>(attribute).getInt() > 0;
}

bool isAlignment(Attribute attribute) {
  return isBatch(attribute) && llvm::is_contained({16, 32, 64}, cast<IntegerAttr>(attribute).getInt());
}

bool isBatches(Attribute attribute) {
  auto batches = dyn_cast<DictionaryAttr>(attribute);
  return batches && llvm::all_of(batches, [](NamedAttribute entry) {
           return isBatch(entry.getValue());
         });
}

bool isStrings(Attribute attribute) {
  auto strings = dyn_cast<ArrayAttr>(attribute);
  return strings && llvm::all_of(strings, llvm::IsaPred<StringAttr>);
}

/// Rows of `ingot.spans`.
bool isSpans(Attribute attribute) {
  auto rows = dyn_cast<ArrayAttr>(attribute);
  return rows && llvm::all_of(rows, [](Attribute row) {
           auto span = dyn_cast<DictionaryAttr>(row);
           return span && span.getAs<StringAttr>("layers") && isI64(span.getAs<IntegerAttr>("directions"));
         });
}

bool isStringsByName(Attribute attribute) {
  auto strings = dyn_cast<DictionaryAttr>(attribute);
  return strings && llvm::all_of(strings, [](NamedAttribute entry) {
           return isa<StringAttr>(entry.getValue());
         });
}

constexpr Kind batch = {isBatch, "a positive i64"},
               alignment = {isAlignment, "16, 32 or 64, an i64"},
               batches = {isBatches, "a dictionary of positive i64"},
               integer = {isI64, "an i64"},
               string = {[](Attribute attribute) {
                           return isa<StringAttr>(attribute);
                         },
                         "a string"},
               strings = {isStrings, "a list of strings"},
               spans = {isSpans, "a list of layers with directions"},
               stringsByName = {isStringsByName, "a dictionary of strings"},
               boolean = {[](Attribute attribute) {
                            return isa<BoolAttr>(attribute);
                          },
                          "a boolean"},
               unit = {
                   [](Attribute attribute) { return isa<UnitAttr>(attribute); },
                   "a unit"};

/// The kind of an attribute that may come from a file; null for one that is
/// free.
const Kind *kindOf(StringRef name) {
  static const llvm::StringMap<const Kind *> kinds = {
      {names::name, &string},
      {names::path, &string},
      {names::role, &string},
      {names::classes, &integer},
      {names::labelsPerSample, &integer},
      {names::kind, &string},
      {names::maxBatch, &batch},
      {"ingot.max_batch_of", &batches},
      {names::numerics, &string},
      {names::vectorWidth, &integer},
      {"ingot.vector_registers", &integer},
      {"ingot.l1_bytes", &integer},
      {"ingot.l2_bytes", &integer},
      {"ingot.kernels", &stringsByName},
      {names::fma, &boolean},
      {names::floor, &boolean},
      {"ingot.sqrt", &boolean},
      {"ingot.alignment", &alignment},
      {names::optimizeFor, &string},
      {names::saveRam, &unit},
      {names::blockBytes, &batch},
      {names::sliceSamples, &batch},
      {names::sliceAlways, &unit},
      {names::threads, &batch},
      {names::debug, &string},
      {names::instrument, &string},
      {names::spans, &spans},
      {names::chunkWork, &batch},
      {names::frozenWeights, &unit},
      {names::offset, &integer},
      {names::preparedBytes, &integer},
      {names::preparedHash, &integer},
      {names::preparePaysFrom, &integer},
      {names::abiHash, &string},
      {names::stage, &string},
      {names::prefix, &string},
      {"ingot.metrics", &strings},
  };
  return kinds.lookup(name);
}

LogicalResult verify(Operation *op, NamedAttribute attribute) {
  const Kind *kind = kindOf(attribute.getName());
  if (!kind || kind->has(attribute.getValue()))
    return success();
  return op->emitError("`")
         << attribute.getName().getValue() << "` is " << attribute.getValue()
         << "; must be " << kind->name;
}

} // namespace

LogicalResult IngotDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attribute) {
  return verify(op, attribute);
}

LogicalResult IngotDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                     unsigned,
                                                     NamedAttribute attribute) {
  return verify(op, attribute);
}

LogicalResult
IngotDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                          NamedAttribute attribute) {
  return verify(op, attribute);
}
