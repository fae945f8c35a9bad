//===- Safetensors.cpp - reading a safetensors file ----------------------===//
//
// Header first, then the rules that hold between header and data. A rule that
// is not in the format's description but in its reference implementation is
// taken from there: the longest header, and no byte without a tensor.
//
//===----------------------------------------------------------------------===//
#include "ingot/safetensors.h"

#include "FileBytes.h"
#include "SafetensorsHeader.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <tuple>

using namespace ingot::rt;

namespace {

constexpr std::size_t lengthBytes = 8;
/// MAX_HEADER_SIZE of the reference implementation.
constexpr std::uint64_t longestHeader = 100'000'000;

/// Refuses the file called `name`.
struct Refusal {
  const std::string &name;
  [[noreturn]] void operator()(const std::string &why) const {
    throw Error(fmt::format("`{}` {}", name, why));
  }
};

} // namespace

/// The text of the header in `bytes`.
static std::string_view headerOf(std::span<const std::byte> bytes,
                                 const Refusal &refuse) {
  if (bytes.size() < lengthBytes)
    refuse(fmt::format("is no safetensors file: it has {} bytes and the length "
                       "of its header takes {}",
                       bytes.size(), lengthBytes));
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), lengthBytes);
  if (length > longestHeader)
    refuse(fmt::format("is no safetensors file: its first bytes promise a "
                       "header of {} bytes; at most {} are read",
                       length, longestHeader));
  const std::span<const std::byte> rest = bytes.subspan(lengthBytes);
  if (length > rest.size())
    refuse(fmt::format("is truncated, or no safetensors file: its first bytes "
                       "promise a header of {} bytes and {} follow",
                       length, rest.size()));
  return {reinterpret_cast<const char *>(rest.data()),
          static_cast<std::size_t>(length)};
}

/// Checks what a header says of one tensor, and gives it its bytes.
static SafetensorsTensor locate(HeaderEntry &entry,
                                std::span<const std::byte> data,
                                const Refusal &refuse) {
  const std::string name = quotedText(entry.name);
  const std::optional<std::size_t> width = safetensorsBytes(entry.dtype);
  if (!width)
    refuse(fmt::format("has {} of type {}; known are {}", name,
                       quotedText(entry.dtype), safetensorsTypes()));
  const std::optional<std::size_t> bytes = tensorBytes(entry.shape, *width);
  if (!bytes)
    refuse(fmt::format("has {} of shape {}, which is more than memory can hold",
                       name, shapeText(entry.shape)));
  if (entry.begin > entry.end)
    refuse(fmt::format("has {} from byte {} to {} of the data; it cannot end "
                       "before it begins",
                       name, entry.begin, entry.end));
  if (entry.end - entry.begin != *bytes)
    refuse(fmt::format("has {} bytes of {}; {} of shape {} takes {}",
                       entry.end - entry.begin, name, entry.dtype,
                       shapeText(entry.shape), *bytes));
  if (entry.end > data.size())
    refuse(fmt::format("is truncated: {} ends at byte {} of the data and {} "
                       "are there",
                       name, entry.end, data.size()));
  return {.name = std::move(entry.name),
          .dtype = std::move(entry.dtype),
          .shape = std::move(entry.shape),
          .bytes = data.subspan(entry.begin, *bytes)};
}

/// Sorts `tensors` by their bytes, empty ones as they come.
static void sortByPlace(std::vector<SafetensorsTensor> &tensors) {
  std::vector<std::tuple<const std::byte *, std::size_t, std::size_t>> keys;
  for (const SafetensorsTensor &tensor : tensors)
    keys.emplace_back(tensor.bytes.data(), tensor.bytes.size(), keys.size());
  std::ranges::sort(keys);
  std::vector<SafetensorsTensor> sorted;
  for (const auto &[begin, size, index] : keys)
    sorted.push_back(std::move(tensors[index]));
  tensors = std::move(sorted);
}

/// The tensors cover the data, each byte once. They are in its order.
static void requireTiling(const std::vector<SafetensorsTensor> &tensors,
                          std::span<const std::byte> data,
                          const Refusal &refuse) {
  std::size_t at = 0;
  const std::string *before = nullptr;
  for (const SafetensorsTensor &tensor : tensors) {
    const auto begin =
        static_cast<std::size_t>(tensor.bytes.data() - data.data());
    if (begin < at)
      refuse(fmt::format("has {} at byte {} of the data, inside {}, which ends "
                         "at {}",
                         quotedText(tensor.name), begin, quotedText(*before),
                         at));
    if (begin > at)
      refuse(fmt::format("has bytes {} to {} of the data in no tensor", at,
                         begin));
    at = begin + tensor.bytes.size();
    before = &tensor.name;
  }
  if (at != data.size())
    refuse(fmt::format("goes on after its tensors: they end at byte {} of the "
                       "data and {} are there",
                       at, data.size()));
}

Safetensors::Safetensors(const std::filesystem::path &path)
    : fileName(path.string()) {
  FileBytes file = mapFile(path);
  owner = std::move(file.owner);
  bytes = file.bytes;
  parse();
}

Safetensors::Safetensors(std::span<const std::byte> bytes, std::string name)
    : bytes(bytes), fileName(std::move(name)) {
  parse();
}

void Safetensors::parse() {
  const Refusal refuse{fileName};
  const std::string_view text = headerOf(bytes, refuse);
  SafetensorsHeader parsed;
  if (const std::string why = parsed.parse(text); !why.empty())
    refuse(why);
  texts = std::move(parsed.metadata);

  header = bytes.subspan(lengthBytes, text.size());
  const std::span<const std::byte> data =
      bytes.subspan(lengthBytes + text.size());
  for (HeaderEntry &entry : parsed.entries)
    list.push_back(locate(entry, data, refuse));
  sortByPlace(list);
  requireTiling(list, data, refuse);
  for (std::size_t i = 0; i < list.size(); ++i)
    indices.emplace(list[i].name, i);
}

bool Safetensors::verify_checksum() const {
  const std::string_view text(reinterpret_cast<const char *>(header.data()),
                              header.size());
  const std::size_t marker = text.find(checksumMarker);
  if (marker == std::string_view::npos)
    return false;
  const std::size_t at = marker + checksumMarker.size();
  const std::string_view stored = text.substr(at, checksumDigits);
  const auto *all = reinterpret_cast<const Bytef *>(bytes.data());
  const std::size_t begin = lengthBytes + at, end = begin + stored.size();
  constexpr Bytef zeros[] = "00000000";
  uLong sum = crc32_z(0, all, begin);
  sum = crc32_z(sum, zeros, stored.size());
  sum = crc32_z(sum, all + end, bytes.size() - end);
  const std::string computed = fmt::format("{:08x}", sum);
  if (stored != computed)
    throw Error(fmt::format("`{}` is damaged: its checksum is {} and it was "
                            "written with {}",
                            fileName, computed, quotedText(stored)));
  return true;
}

const SafetensorsTensor *Safetensors::find(std::string_view name) const {
  const auto it = indices.find(name);
  return it == indices.end() ? nullptr : &list[it->second];
}

Array Safetensors::array(const SafetensorsTensor &tensor) const {
  const std::optional<ElementType> type = safetensorsElement(tensor.dtype);
  if (!type)
    throw Error(fmt::format("`{}` has {} of type {}, which no array has",
                            fileName, quotedText(tensor.name), tensor.dtype));
  return convertElements(
      tensor.bytes, tensor.shape, {.type = *type},
      fmt::format("{} of `{}`", quotedText(tensor.name), fileName));
}

NamedList<Array>
ingot::rt::read_safetensors(const std::filesystem::path &path) {
  const Safetensors file(path);
  file.verify_checksum();
  NamedList<Array> arrays;
  for (const SafetensorsTensor &tensor : file.tensors())
    arrays.add(tensor.name, file.array(tensor));
  return arrays;
}
