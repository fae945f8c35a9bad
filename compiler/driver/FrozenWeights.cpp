//===- FrozenWeights.cpp - weights that the object holds -----------------===//
//
// What is frozen into the object is what the file has; in half precision, what is
// nearest to it.
//
//===----------------------------------------------------------------------===//

#include "driver/FrozenWeights.h"

#include "codegen/Failure.h"
#include "ingot/safetensors.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace llvm;
using namespace ingot;
using namespace ingot::driver;

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  raw_string_ostream out(text);
  out << "[";
  interleaveComma(shape, out);
  out << "]";
  return text;
}

/// "; is it `x`?" for the one of `known` that `name` is nearly, or "".
static std::string suggestion(StringRef name, ArrayRef<StringRef> known) {
  const StringRef *nearest =
      llvm::min_element(known, [&](StringRef a, StringRef b) { return name.edit_distance(a) < name.edit_distance(b); });
  if (nearest == known.end() || name.edit_distance(*nearest) > name.size() / 3)
    return "";
  return ("; is it `" + *nearest + "`?").str();
}

/// "`x` and 2 more"
static std::string listed(ArrayRef<StringRef> names) {
  std::string text = ("`" + names.front() + "`").str();
  return names.size() > 1 ? text + " and " + std::to_string(names.size() - 1) + " more" : text;
}

/// The names in `names` that are not in `known`.
static std::vector<StringRef> without(ArrayRef<StringRef> names, ArrayRef<StringRef> known) {
  StringSet<> set;
  set.insert_range(known);
  std::vector<StringRef> left;
  copy_if(names, std::back_inserter(left), [&](StringRef name) { return !set.contains(name); });
  return left;
}

/// The file has the weights of the model, whatever they look like.
static Error checkNames(const rt::Safetensors &file, const codegen::ModelInfo &info) {
  std::vector<StringRef> wanted, found;
  for (const codegen::TensorInfo &weight : info.weights)
    wanted.push_back(weight.name);
  for (const rt::SafetensorsTensor &tensor : file.tensors())
    found.push_back(tensor.name);
  std::vector<StringRef> missing = without(wanted, found), unknown = without(found, wanted);
  if (!missing.empty())
    return failure("`", file.name(), "` lacks ", listed(missing), " of the ", wanted.size(), " weights of `",
                   info.modelName, "`", suggestion(missing.front(), unknown));
  if (!unknown.empty())
    return failure("`", file.name(), "` has ", listed(unknown), "; `", info.modelName, "` has no such weight",
                   suggestion(unknown.front(), wanted));
  return Error::success();
}

static Error checkTensor(const rt::Safetensors &file, const rt::SafetensorsTensor &tensor,
                         const codegen::TensorInfo &weight) {
  const char *dtype = weight.isInteger ? "I32" : "F32";
  if (tensor.shape != weight.dims)
    return failure("`", weight.name, "` in `", file.name(), "` has shape ", shapeText(tensor.shape),
                   "; that of the model has ", shapeText(weight.dims));
  if (tensor.dtype != dtype)
    return failure("`", weight.name, "` in `", file.name(), "` is ", tensor.dtype, "; must be ", dtype);
  return Error::success();
}

/// Half as many bytes, each value rounded to the nearest and at half its offset.
static Expected<std::string> inHalfPrecision(StringRef block, StringRef file, const codegen::ModelInfo &info) {
  std::string halves(block.size() / 2, '\0');
  for (const codegen::TensorInfo &weight : info.weights) {
    if (weight.isInteger)
      return failure("`", weight.name, "` in `", file, "` is I32; weights of type f16 must be F32 in the file");
    int64_t elements = 1;
    for (int64_t size : weight.dims)
      elements *= size;
    for (int64_t i = 0; i < elements; ++i) {
      float value;
      std::memcpy(&value, block.data() + weight.offset + 4 * i, 4);
      APFloat half(value);
      bool losesInfo = false;
      half.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &losesInfo);
      if (!half.isFinite())
        return failure("`", weight.name, "` in `", file, "` has the value ", format("%g", value), ", which is none of f16; the largest is 65504");
      const uint16_t bits = static_cast<uint16_t>(half.bitcastToAPInt().getZExtValue());
      std::memcpy(halves.data() + weight.offset / 2 + 2 * i, &bits, 2);
    }
  }
  return halves;
}

Expected<std::string> ingot::driver::readFrozenWeights(const std::string &path, const codegen::ModelInfo &info) {
  std::optional<rt::Safetensors> file;
  try {
    file.emplace(path);
  } catch (const rt::Error &error) {
    return failure(error.what());
  }
  if (Error error = checkNames(*file, info))
    return error;
  std::string block(info.paramsBytes, '\0');
  for (const codegen::TensorInfo &weight : info.weights) {
    const rt::SafetensorsTensor &tensor = *file->find(weight.name);
    if (Error error = checkTensor(*file, tensor, weight))
      return error;
    if (!tensor.bytes.empty())
      std::memcpy(block.data() + weight.offset, tensor.bytes.data(), tensor.bytes.size());
  }
  if (info.hasHalfWeights)
    return inHalfPrecision(block, file->name(), info);
  return block;
}
