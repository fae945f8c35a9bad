//===- SafetensorsWriter.cpp - writing a safetensors file ----------------===//
#include "AtomicFile.h"
#include "Elements.h"

#include "ingot/safetensors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <set>

using namespace ingot::rt;

static const char *safetensorsName(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "F32";
  case DType::I32:
    return "I32";
  case DType::U8:
    break;
  }
  return "U8";
}

/// The header with its length in front, padded so that the data begins at a
/// multiple of eight, as the reference implementation has it.
static std::string headerText(const std::filesystem::path &path,
                              const NamedList<Array> &arrays,
                              const SafetensorsMetadata &metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  std::set<std::string_view> names;
  std::size_t at = 0;
  for (const auto &[name, array] : arrays) {
    if (name == "__metadata__" || !names.insert(name).second)
      throw Error(fmt::format("`{}` cannot be written: {} is the name of two "
                              "things in it",
                              path.string(), quotedText(name)));
    const std::size_t end = at + bytesOf(array).size();
    header[name] = {{"dtype", safetensorsName(array.dtype())},
                    {"shape", array.shape()},
                    {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::type_error &) {
    throw Error(fmt::format("`{}` cannot be written: a name or text in it is "
                            "not UTF-8",
                            path.string()));
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const auto length = std::bit_cast<std::array<char, 8>>(
      static_cast<std::uint64_t>(text.size()));
  return std::string(length.begin(), length.end()) + text;
}

void ingot::rt::write_safetensors(const std::filesystem::path &path,
                                  const NamedList<Array> &arrays,
                                  const SafetensorsMetadata &metadata) {
  const std::string header = headerText(path, arrays, metadata);
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(header)));
  for (const auto &[name, array] : arrays)
    file.write(bytesOf(array));
  file.commit();
}
