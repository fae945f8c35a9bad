//===- Safetensors.cpp - reading a safetensors file -----------------------===//

#include "verify/Safetensors.h"

#include "ingot/Error.h"
#include "keras/Json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ingot::verify {

static_assert(std::endian::native == std::endian::little,
              "tensors are copied from the file as they are");

namespace {

/// Where a tensor is in the data, for finding overlaps and gaps.
struct Extent {
  uint64_t begin = 0;
  uint64_t end = 0;
  std::string name;
};

constexpr uint64_t lengthBytes = 8;
constexpr uint64_t elementBytes = 4;

} // namespace

std::string shapeText(const std::vector<int64_t> &shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string readFile(const std::string &path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw Error("this is a directory; a file is expected", {path, 0, 0});
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream contents;
  if (stream)
    contents << stream.rdbuf();
  // An empty file sets failbit on `contents` alone.
  if (!stream || stream.bad())
    throw Error(fmt::format("cannot be read: {}", std::strerror(errno)),
                {path, 0, 0});
  return std::move(contents).str();
}

template <typename Element>
static std::vector<Element> copyElements(const char *data, int64_t count) {
  std::vector<Element> elements(static_cast<size_t>(count));
  if (count)
    std::memcpy(elements.data(), data, elements.size() * sizeof(Element));
  return elements;
}

/// Reads one entry of the header; `data` is what follows the header.
static Tensor readTensor(const json::Value &entry, std::string_view data,
                         Extent &extent) {
  Tensor tensor;
  json::Value shape = entry.at("shape");
  tensor.shape = shape.integers();
  std::optional<int64_t> count = elementCount(tensor.shape);
  if (!count || *count > std::numeric_limits<int64_t>::max() / 8)
    shape.fail(fmt::format("is {}; sizes must be positive or 0",
                           shapeText(tensor.shape)));

  json::Value offsets = entry.at("data_offsets");
  if (offsets.size() != 2)
    offsets.fail(fmt::format("is {}; must be [begin, end]",
                             offsets.describe()));
  const int64_t begin = offsets.at(size_t(0)).integer();
  const int64_t end = offsets.at(size_t(1)).integer();
  if (begin < 0 || end < begin || uint64_t(end) > data.size())
    offsets.fail(fmt::format("is [{}, {}]; must be within the {} bytes of "
                             "data of this file",
                             begin, end, data.size()));
  if (uint64_t(end - begin) != uint64_t(*count) * elementBytes)
    offsets.fail(fmt::format("spans {} bytes; shape {} takes {}", end - begin,
                             shapeText(tensor.shape), *count * elementBytes));

  const std::string dtype = entry.at("dtype").string();
  if (dtype == "F32")
    tensor.values = copyElements<float>(data.data() + begin, *count);
  else if (dtype == "I32")
    tensor.values = copyElements<int32_t>(data.data() + begin, *count);
  else
    entry.at("dtype").fail(fmt::format("is \"{}\"; must be F32 or I32", dtype));

  extent.begin = uint64_t(begin);
  extent.end = uint64_t(end);
  return tensor;
}

TensorMap parseSafetensors(const std::string &bytes,
                           const std::string &fileName) {
  auto fail = [&](const std::string &message) {
    throw Error(message, {fileName, 0, 0});
  };
  if (bytes.size() < lengthBytes)
    fail(fmt::format("the file has {} bytes; a safetensors file has at least "
                     "{}",
                     bytes.size(), lengthBytes));
  uint64_t headerBytes = 0;
  std::memcpy(&headerBytes, bytes.data(), lengthBytes);
  if (headerBytes > bytes.size() - lengthBytes)
    fail(fmt::format("the header is said to have {} bytes; the file has {} "
                     "after its length",
                     headerBytes, bytes.size() - lengthBytes));

  json::Value header =
      json::Value::parse(bytes.substr(lengthBytes, headerBytes), fileName);
  const std::string_view data =
      std::string_view(bytes).substr(lengthBytes + headerBytes);

  TensorMap tensors;
  std::vector<Extent> extents;
  for (const std::string &name : header.keys()) {
    if (name == "__metadata__")
      continue;
    Extent extent;
    extent.name = name;
    tensors.emplace(name, readTensor(header.at(name), data, extent));
    extents.push_back(std::move(extent));
  }

  // The format has neither overlaps nor holes; either means a broken file.
  std::sort(extents.begin(), extents.end(), [](const auto &a, const auto &b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  uint64_t at = 0;
  std::string before = "the header";
  for (const Extent &extent : extents) {
    if (extent.begin < at)
      fail(fmt::format("`{}` begins at byte {} of the data, inside `{}`, which "
                       "ends at {}",
                       extent.name, extent.begin, before, at));
    if (extent.begin > at)
      fail(fmt::format("bytes {} to {} of the data belong to no tensor", at,
                       extent.begin));
    at = extent.end;
    before = extent.name;
  }
  if (at != data.size())
    fail(fmt::format("the tensors end at byte {} of the data; the file has {}",
                     at, data.size()));
  return tensors;
}

TensorMap readSafetensors(const std::string &path) {
  return parseSafetensors(readFile(path), path);
}

} // namespace ingot::verify
