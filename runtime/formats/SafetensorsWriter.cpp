//===- SafetensorsWriter.cpp - writing a safetensors file ----------------===//
#include "AtomicFile.h"
#include "Elements.h"
#include "SafetensorsHeader.h"

#include "ingot/safetensors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

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

SafetensorsTensor ingot::rt::tensorOf(std::string name, const Array &array) {
  return {.name = std::move(name),
          .dtype = safetensorsName(array.dtype()),
          .shape = array.shape(),
          .bytes = bytesOf(array)};
}

/// The header with its length in front, padded so that the data begins at a
/// multiple of eight, as the reference implementation has it.
static std::string headerText(const std::string &path,
                              std::span<const SafetensorsTensor> tensors,
                              const SafetensorsMetadata &metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  header["__metadata__"] = metadata;
  std::set<std::string_view> names;
  std::size_t at = 0;
  for (const SafetensorsTensor &tensor : tensors) {
    if (tensor.name == "__metadata__" || !names.insert(tensor.name).second)
      throw Error(fmt::format("`{}` cannot be written: {} is the name of two "
                              "things in it",
                              path, quotedText(tensor.name)));
    const std::size_t end = at + tensor.bytes.size();
    header[tensor.name] = {{"dtype", tensor.dtype},
                           {"shape", tensor.shape},
                           {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::json::type_error &) {
    throw Error(fmt::format("`{}` cannot be written: a name or text in it is "
                            "not UTF-8",
                            path));
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const auto length = std::bit_cast<std::array<char, 8>>(
      static_cast<std::uint64_t>(text.size()));
  return std::string(length.begin(), length.end()) + text;
}

static uLong checksumOf(uLong before, std::span<const std::byte> bytes) {
  // Without a pointer zlib starts anew.
  return bytes.empty()
             ? before
             : crc32_z(before, reinterpret_cast<const Bytef *>(bytes.data()),
                       bytes.size());
}

void ingot::rt::write_safetensors(const std::filesystem::path &path,
                                  std::span<const SafetensorsTensor> tensors,
                                  SafetensorsMetadata metadata) {
  metadata[checksumKey] = std::string(checksumDigits, '0');
  std::string header = headerText(path.string(), tensors, metadata);
  uLong sum = checksumOf(0, std::as_bytes(std::span(header)));
  for (const SafetensorsTensor &tensor : tensors)
    sum = checksumOf(sum, tensor.bytes);
  header.replace(header.find(checksumMarker) + checksumMarker.size(),
                 checksumDigits, fmt::format("{:08x}", sum));

  AtomicFile file(path);
  file.write(std::as_bytes(std::span(header)));
  for (const SafetensorsTensor &tensor : tensors)
    file.write(tensor.bytes);
  file.commit();
}

void ingot::rt::write_safetensors(const std::filesystem::path &path,
                                  const NamedList<Array> &arrays,
                                  SafetensorsMetadata metadata) {
  std::vector<SafetensorsTensor> tensors;
  for (const auto &[name, array] : arrays)
    tensors.push_back(tensorOf(name, array));
  write_safetensors(path, tensors, std::move(metadata));
}
