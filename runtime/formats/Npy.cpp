//===- Npy.cpp - one array of NumPy --------------------------------------===//
#include "ingot/npy.h"

#include "AtomicFile.h"
#include "FileBytes.h"
#include "NpyHeader.h"

#include <fmt/format.h>

#include <algorithm>

using namespace ingot::rt;

Array ingot::rt::parse_npy(std::span<const std::byte> bytes,
                           const std::string &name) {
  const std::string subject = fmt::format("`{}`", name);
  const std::size_t offset =
      npyDataOffset(bytes.first(std::min(bytes.size(), npyStart)), subject);
  if (offset > bytes.size())
    throw Error(fmt::format("{} is truncated: it has {} bytes and its header "
                            "ends at {}",
                            subject, bytes.size(), offset));
  NpyHeader header = parseNpyHeader(bytes.first(offset), subject);
  const std::span<const std::byte> data = bytes.subspan(offset);
  return npyArray(std::move(header), data, subject);
}

Array ingot::rt::read_npy(const std::filesystem::path &path) {
  return parse_npy(mapFile(path).bytes, path.string());
}

void ingot::rt::write_npy(const std::filesystem::path &path,
                          const Array &array) {
  const std::string header = npyHeaderText(array);
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(header)));
  file.write(bytesOf(array));
  file.commit();
}
