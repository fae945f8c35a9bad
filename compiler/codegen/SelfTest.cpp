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

static uint64_t bytesOf(ArrayRef<Invented> tensors) {
  uint64_t bytes = 0;
  for (const Invented &tensor : tensors)
    bytes += 4 * static_cast<uint64_t>(tensor.elements);
  return bytes;
}

SelfTestArena::SelfTestArena(const SelfTest &test, uint64_t scratchBytes, uint64_t metricsBytes)
    : outputs(llvm::alignTo(scratchBytes, blockAlignment)),
      metrics(llvm::alignTo(outputs + test.bytesOfOutputs(), blockAlignment)),
      tensors(llvm::alignTo(metrics + metricsBytes, blockAlignment)),
      bytes(llvm::alignTo(tensors + bytesOf(test.inputs) + bytesOf(test.targets), blockAlignment)) {}

uint64_t SelfTest::bytesOfOutputs() const {
  uint64_t sum = 0;
  for (int64_t bytes : outputBytes)
    sum += bytes;
  return sum;
}

int32_t SelfTest::hashOf(StringRef words, int32_t sum) {
  uint32_t hash = sum;
  for (size_t i = 0; i + 4 <= words.size(); i += 4) {
    uint32_t word;
    std::memcpy(&word, words.data() + i, 4);
    hash = (hash ^ word) * hashFactor;
  }
  return static_cast<int32_t>(hash);
}

float Expected::sumOf(ArrayRef<float> values) {
  float sum = 0;
  for (auto [i, value] : llvm::enumerate(values))
    sum += static_cast<uint32_t>(i) * signFactor >> 31 ? -value : value;
  return sum;
}

uint32_t Invented::shift() const {
  // A half times a half is a word.
  return 16 - std::max(0, static_cast<int>(llvm::bit_width(static_cast<uint32_t>(below))) - 16);
}

std::vector<int32_t> Invented::elementsFrom(uint32_t &state) const {
  std::vector<int32_t> words(elements);
  for (int32_t &word : words) {
    state = state * factor + summand;
    if (kind != Integers)
      word = llvm::bit_cast<int32_t>(llvm::bit_cast<float>(state >> 9 | exponentOf[kind]) - originOf[kind]);
    else if ((state >> 8 & 0xff) >= zerosIn256)
      word = static_cast<int32_t>((state >> 16) * scale() >> shift());
  }
  return words;
}

//===----------------------------------------------------------------------===//
// To an attribute
//===----------------------------------------------------------------------===//

static Attribute wordsAttr(MLIRContext *context, ArrayRef<int32_t> words) {
  return DenseElementsAttr::get(
      RankedTensorType::get(static_cast<int64_t>(words.size()), IntegerType::get(context, 32)), words);
}

/// Elements, kind and bound in turns.
static Attribute tensorsAttr(MLIRContext *context, ArrayRef<Invented> tensors) {
  std::vector<int32_t> words;
  for (const Invented &tensor : tensors)
    words.insert(words.end(), {tensor.elements, tensor.kind, tensor.below});
  return wordsAttr(context, words);
}

/// Offsets, counts and bits in turns.
static Attribute expectedAttr(MLIRContext *context, ArrayRef<Expected> values) {
  std::vector<int32_t> words;
  for (const Expected &expected : values)
    words.insert(words.end(), {expected.offset, expected.count, llvm::bit_cast<int32_t>(expected.value)});
  return wordsAttr(context, words);
}

/// Hashes, which not each test has.
static constexpr std::pair<StringLiteral, std::optional<int32_t> SelfTest::*> hashes[] = {
    {"weights_hash", &SelfTest::weightsHash},
    {"outputs_hash", &SelfTest::outputsHash},
    {"trained_hash", &SelfTest::trainedHash},
};

DictionaryAttr SelfTest::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<NamedAttribute> fields = {
      builder.getNamedAttr("predict_batch", builder.getI32IntegerAttr(predictBatch)),
      builder.getNamedAttr("train_batch", builder.getI32IntegerAttr(trainBatch)),
      builder.getNamedAttr("inputs", tensorsAttr(context, inputs)),
      builder.getNamedAttr("targets", tensorsAttr(context, targets)),
      builder.getNamedAttr("output_bytes", builder.getDenseI64ArrayAttr(outputBytes)),
      builder.getNamedAttr("outputs", expectedAttr(context, outputs)),
      builder.getNamedAttr("metrics", expectedAttr(context, metrics)),
      builder.getNamedAttr("params", expectedAttr(context, params)),
      builder.getNamedAttr("tolerance", builder.getF32FloatAttr(tolerance)),
  };
  if (nudges)
    fields.push_back(builder.getNamedAttr("nudges", builder.getUnitAttr()));
  for (auto [name, hash] : hashes)
    if (this->*hash)
      fields.push_back(builder.getNamedAttr(name, builder.getI32IntegerAttr(*(this->*hash))));
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

  std::vector<Invented> tensors(StringRef name) {
    std::vector<int32_t> numbers = words(fields.get(name));
    good &= numbers.size() % 3 == 0;
    std::vector<Invented> tensors;
    for (size_t i = 0; good && i < numbers.size(); i += 3) {
      const int32_t kind = numbers[i + 1];
      good &= numbers[i] > 0 && kind >= Invented::Numbers && kind <= Invented::Integers && numbers[i + 2] >= 0;
      tensors.push_back({numbers[i], static_cast<Invented::Kind>(kind), numbers[i + 2]});
    }
    return tensors;
  }

  int32_t integer(StringRef name) {
    auto attribute = get<IntegerAttr>(name);
    good &= attribute && attribute.getType().isSignlessInteger(32);
    return good ? static_cast<int32_t>(attribute.getInt()) : 0;
  }

  std::vector<Expected> expected(StringRef name) {
    std::vector<int32_t> numbers = words(fields.get(name));
    good &= numbers.size() % 3 == 0;
    std::vector<Expected> values;
    for (size_t i = 0; good && i < numbers.size(); i += 3) {
      good &= numbers[i + 1] > 0;
      values.push_back({numbers[i], numbers[i + 1], llvm::bit_cast<float>(numbers[i + 2])});
    }
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
  test.predictBatch = reader.integer("predict_batch");
  test.trainBatch = reader.integer("train_batch");
  auto bytes = reader.get<DenseI64ArrayAttr>("output_bytes");
  auto tolerance = reader.get<FloatAttr>("tolerance");
  test.nudges = fields.contains("nudges");
  for (auto [name, hash] : hashes)
    if (fields.contains(name))
      test.*hash = reader.integer(name);
  if (!reader.good || !tolerance.getType().isF32())
    return std::nullopt;
  test.outputBytes = bytes.asArrayRef();
  test.tolerance = tolerance.getValue().convertToFloat();
  return test;
}
