//===- Read.h - what every fuzzer of a reader does -------------*- C++ -*-===//
#pragma once

#include <ingot/array.h>

#include <cstdint>
#include <span>

namespace ingot::test {

/// Looks at every byte of `array`, so that one that is not there is noticed.
inline void touch(const rt::Array &array) {
  const auto *bytes = static_cast<const volatile std::uint8_t *>(array.data());
  const std::size_t size =
      static_cast<std::size_t>(array.size()) * rt::dtypeBytes(array.dtype());
  for (std::size_t i = 0; i < size; ++i)
    (void)bytes[i];
}

/// Runs `read`, which may throw Error and nothing else.
template <class Read> int refusedOrRead(Read read) {
  try {
    read();
  } catch (const rt::Error &) {
  }
  return 0;
}

inline std::span<const std::byte> bytesOf(const std::uint8_t *data,
                                          std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

} // namespace ingot::test
