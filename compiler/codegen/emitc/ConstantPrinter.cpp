//===- ConstantPrinter.cpp - constants of a C file ------------------------===//
//
// Words and not floats: they are the bits, whatever they mean, and whoever reads them
// says as what.
//
//===----------------------------------------------------------------------===//

#include "codegen/emitc/ConstantPrinter.h"

#include "codegen/emitc/CTypes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

/// Some on each line; `comments` stand before the word that lies at a byte offset.
static void printWords(CWriter &writer, ArrayRef<uint32_t> words, const std::map<uint64_t, std::string> &comments = {}) {
  constexpr size_t inLine = 8;
  std::string text;
  size_t count = 0;
  auto flush = [&] {
    if (!text.empty())
      writer.line(StringRef(text).rtrim(' '));
    text.clear();
    count = 0;
  };
  for (auto [i, word] : llvm::enumerate(words)) {
    if (auto comment = comments.find(4 * i); comment != comments.end()) {
      flush();
      writer.comment(comment->second);
    }
    text += llvm::formatv("{0:x8}u, ", word).str();
    if (++count == inLine)
      flush();
  }
  flush();
}

static std::vector<uint32_t> wordsOf(StringRef bytes) {
  std::vector<uint32_t> words(bytes.size() / 4);
  for (size_t i = 0; i < words.size(); ++i)
    words[i] = llvm::support::endian::read32le(bytes.data() + 4 * i);
  return words;
}

/// "dense/kernel (784, 64)" where the weight begins.
static std::map<uint64_t, std::string> weightComments(const ModelInfo &info) {
  std::map<uint64_t, std::string> comments;
  for (const TensorInfo &weight : info.weights) {
    auto sizes = llvm::map_range(weight.dims, [](int64_t size) { return std::to_string(size); });
    comments[weight.offset] = weight.name + " (" + llvm::join(sizes, ", ") + ")";
  }
  return comments;
}

static std::map<uint64_t, std::string> preparedComments(const ModelInfo &info) {
  std::map<uint64_t, std::string> comments;
  for (const PreparedInfo &tensor : info.prepared)
    comments[tensor.offset] = tensor.name;
  return comments;
}

/// A block like those of callers.
static void printBlock(CWriter &writer, StringRef name, StringRef bytes, const ModelInfo &info,
                       const std::map<uint64_t, std::string> &comments) {
  const std::vector<uint32_t> words = wordsOf(bytes);
  writer.open("static const INGOT_ALIGNED(" + Twine(info.alignment) + ") uint32_t " + name + "[" + Twine(words.size()) + "] = {");
  printWords(writer, words, comments);
  writer.close("};");
}

LogicalResult ingot::codegen::printConstant(CWriter &writer, LLVM::GlobalOp constant, const ModelInfo &info) {
  const StringRef name = constant.getSymName();
  Attribute value = constant.getValueOrNull();
  writer.blank();
  if (!value && name == frozenWeightsSymbol(info.prefix)) {
    writer.comment("Weights, laid out like params.");
    printBlock(writer, name, info.frozenWeights, info, weightComments(info));
    return success();
  }
  if (!value && name == frozenPreparedSymbol(info.prefix)) {
    writer.comment("What " + info.prefix + "_prepare makes of them.");
    printBlock(writer, name, info.frozenPrepared, info, preparedComments(info));
    return success();
  }
  if (auto elements = dyn_cast_or_null<DenseIntElementsAttr>(value); elements && elements.getElementType().isInteger(32)) {
    auto words = llvm::to_vector(elements.getValues<uint32_t>());
    writer.open("static const uint32_t " + name + "[" + Twine(words.size()) + "] = {");
    printWords(writer, words);
    writer.close("};");
    return success();
  }
  auto number = dyn_cast_or_null<TypedAttr>(value);
  if (!number || !isa<FloatAttr, IntegerAttr>(number) || !constant.getConstant())
    return constant.emitError("a constant that has no form in C");
  const bool isPublic = constant.getLinkage() == LLVM::Linkage::External;
  const bool isByte = constant.getGlobalType().isInteger(8);
  writer.line((isPublic ? "" : "static ") + std::string("const ") + (isByte ? "char" : cType(constant.getGlobalType())) + " " + name.str() +
              " = " + (isByte ? std::to_string(cast<IntegerAttr>(number).getInt()) : cConstant(number).text) + ";");
  return success();
}
