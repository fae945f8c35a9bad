//===- Read.h - what every fuzzer of a reader does -------------*- C++ -*-===//
#pragma once

#include <ingot/array.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace ingot::test {

/// Looks at every byte of `array`, so that one that is not there is noticed.
inline void touch(const rt::Array &array) {
  const auto *bytes = static_cast<const volatile std::uint8_t *>(array.data());
  const std::size_t size =
      static_cast<std::size_t>(array.size()) * rt::dtypeBytes(array.dtype());
  for (std::size_t i = 0; i < size; ++i)
    (void)bytes[i];
}

/// Runs `read`, which may throw Error and nothing else. Returns whether it did
/// not.
template <class Read> bool succeeds(Read read) {
  try {
    read();
    return true;
  } catch (const rt::Error &) {
    return false;
  }
}

inline std::span<const std::byte> bytesOf(const std::uint8_t *data,
                                          std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

/// A file in memory, for readers that want a path.
class MemoryFile {
public:
  std::string path() const { return "/proc/self/fd/" + std::to_string(number); }
  void write(const void *data, std::size_t size) {
    if (ftruncate(number, 0) != 0 ||
        pwrite(number, data, size, 0) != static_cast<ssize_t>(size))
      std::abort();
  }

private:
  int number = memfd_create("input", MFD_CLOEXEC);
};

/// The input with a length in front that ends the header of a safetensors file
/// at its last brace. Chance would seldom change a header and its length
/// together. Empty if there is no header.
inline std::string withLength(const std::uint8_t *data, std::size_t size) {
  std::string file(reinterpret_cast<const char *>(data), size);
  const std::size_t brace = file.rfind('}');
  if (brace == std::string::npos || brace < 8)
    return {};
  const std::uint64_t length = brace + 1 - 8;
  std::memcpy(file.data(), &length, 8);
  return file;
}

} // namespace ingot::test
