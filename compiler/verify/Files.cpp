//===- Files.cpp - the files of a reference case --------------------------===//

#include "verify/Files.h"

#include "ingot/ModelError.h"

#include <ingot/safetensors.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ingot::verify {

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
static std::vector<Element> copyElements(std::span<const std::byte> bytes) {
  std::vector<Element> elements(bytes.size() / sizeof(Element));
  if (!elements.empty())
    std::memcpy(elements.data(), bytes.data(), bytes.size());
  return elements;
}

TensorMap readTensors(const std::string &path) {
  TensorMap tensors;
  try {
    const rt::Safetensors file{std::filesystem::path(path)};
    for (const rt::SafetensorsTensor &from : file.tensors()) {
      Tensor &tensor = tensors[from.name];
      tensor.shape = from.shape;
      if (from.dtype == "F32")
        tensor.values = copyElements<float>(from.bytes);
      else if (from.dtype == "I32")
        tensor.values = copyElements<int32_t>(from.bytes);
      else
        throw Error(fmt::format("`{}` has `{}` of type {}; must be F32 or I32",
                                path, from.name, from.dtype));
    }
  } catch (const rt::Error &error) {
    throw Error(error.what());
  }
  return tensors;
}

} // namespace ingot::verify
