//===- SelfTest.cpp - calls that a device repeats, as an attribute --------===//

#include "codegen/SelfTest.h"

#include "lower/Layout.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

SelfTestArena::SelfTestArena(const SelfTest &test, uint64_t scratchBytes, uint64_t metricsBytes)
    : outputs(llvm::alignTo(scratchBytes, blockAlignment)),
      metrics(llvm::alignTo(outputs + test.bytesOfOutputs(), blockAlignment)),
      bytes(llvm::alignTo(metrics + metricsBytes, blockAlignment)) {}

uint64_t SelfTest::bytesOfOutputs() const {
  uint64_t sum = 0;
  for (int64_t bytes : outputBytes)
    sum += bytes;
  return sum;
}

int32_t SelfTest::hashOf(StringRef weights) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 4 <= weights.size(); i += 4) {
    uint32_t word;
    std::memcpy(&word, weights.data() + i, 4);
    sum = (sum ^ word) * hashFactor;
  }
  return static_cast<int32_t>(sum);
}

//===----------------------------------------------------------------------===//
// To an attribute
//===----------------------------------------------------------------------===//

static Attribute wordsAttr(MLIRContext *context, ArrayRef<int32_t> words) {
  return DenseElementsAttr::get(
      RankedTensorType::get(static_cast<int64_t>(words.size()), IntegerType::get(context, 32)), words);
}

static Attribute tensorsAttr(MLIRContext *context, const std::vector<std::vector<int32_t>> &tensors) {
  auto words = llvm::map_to_vector(tensors, [&](const std::vector<int32_t> &tensor) { return wordsAttr(context, tensor); });
  return ArrayAttr::get(context, words);
}

/// Offsets and bits in turns.
static Attribute expectedAttr(MLIRContext *context, ArrayRef<Expected> values) {
  std::vector<int32_t> words;
  for (const Expected &expected : values) {
    words.push_back(expected.offset);
    words.push_back(llvm::bit_cast<int32_t>(expected.value));
  }
  return wordsAttr(context, words);
}

DictionaryAttr SelfTest::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<NamedAttribute> fields = {
      builder.getNamedAttr("batch", builder.getI32IntegerAttr(batch)),
      builder.getNamedAttr("inputs", tensorsAttr(context, inputs)),
      builder.getNamedAttr("targets", tensorsAttr(context, targets)),
      builder.getNamedAttr("output_bytes", builder.getDenseI64ArrayAttr(outputBytes)),
      builder.getNamedAttr("outputs", expectedAttr(context, outputs)),
      builder.getNamedAttr("metrics", expectedAttr(context, metrics)),
      builder.getNamedAttr("params", expectedAttr(context, params)),
      builder.getNamedAttr("tolerance", builder.getF32FloatAttr(tolerance)),
  };
  if (weightsHash)
    fields.push_back(builder.getNamedAttr("weights_hash", builder.getI32IntegerAttr(*weightsHash)));
  return builder.getDictionaryAttr(fields);
}

//===----------------------------------------------------------------------===//
// From an attribute
//===----------------------------------------------------------------------===//

namespace {

/// Reads fields; one that is not there or of another kind makes it fail.
class Reader {
public:
  explicit Reader(DictionaryAttr fields) : fields(fields) {}

  std::vector<int32_t> words(Attribute attribute) {
    auto elements = dyn_cast_or_null<DenseIntElementsAttr>(attribute);
    if (!elements || !elements.getElementType().isSignlessInteger(32)) {
      good = false;
      return {};
    }
    auto values = elements.getValues<int32_t>();
    return {values.begin(), values.end()};
  }

  std::vector<std::vector<int32_t>> tensors(StringRef name) {
    std::vector<std::vector<int32_t>> tensors;
    auto list = get<ArrayAttr>(name);
    for (Attribute tensor : list ? list.getValue() : ArrayRef<Attribute>())
      tensors.push_back(words(tensor));
    return tensors;
  }

  std::vector<Expected> expected(StringRef name) {
    std::vector<int32_t> pairs = words(fields.get(name));
    good &= pairs.size() % 2 == 0;
    std::vector<Expected> values;
    for (size_t i = 0; i + 1 < pairs.size(); i += 2)
      values.push_back({pairs[i], llvm::bit_cast<float>(pairs[i + 1])});
    return values;
  }

  template <typename T> T get(StringRef name) {
    auto attribute = fields.getAs<T>(name);
    good &= static_cast<bool>(attribute);
    return attribute;
  }

  bool good = true;

private:
  DictionaryAttr fields;
};

} // namespace

std::optional<SelfTest> SelfTest::fromAttribute(Attribute attribute) {
  auto fields = dyn_cast_or_null<DictionaryAttr>(attribute);
  if (!fields)
    return std::nullopt;
  Reader reader(fields);
  SelfTest test;
  test.inputs = reader.tensors("inputs");
  test.targets = reader.tensors("targets");
  test.outputs = reader.expected("outputs");
  test.metrics = reader.expected("metrics");
  test.params = reader.expected("params");
  auto batch = reader.get<IntegerAttr>("batch");
  auto bytes = reader.get<DenseI64ArrayAttr>("output_bytes");
  auto tolerance = reader.get<FloatAttr>("tolerance");
  if (!reader.good || !batch.getType().isSignlessInteger(32) || !tolerance.getType().isF32())
    return std::nullopt;
  test.batch = static_cast<int32_t>(batch.getInt());
  test.outputBytes = bytes.asArrayRef();
  test.tolerance = tolerance.getValue().convertToFloat();
  if (auto hash = fields.getAs<IntegerAttr>("weights_hash"))
    test.weightsHash = static_cast<int32_t>(hash.getInt());
  return test;
}
