//===- SafetensorsFuzzer.cpp - safetensors from anywhere -----------------===//
//
// Each input is read twice: as it is, and with a length in front that ends at
// its last brace. Chance would seldom change a header and its length together.
//
//===----------------------------------------------------------------------===//
#include "Read.h"

#include <ingot/safetensors.h>

#include <cstring>
#include <string>

using namespace ingot::test;

static void read(std::span<const std::byte> bytes) {
  refusedOrRead([&] {
    const ingot::rt::Safetensors file(bytes, "input");
    for (const ingot::rt::SafetensorsTensor &tensor : file.tensors())
      refusedOrRead([&] { touch(file.array(tensor)); });
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  read(bytesOf(data, size));
  std::string matched(reinterpret_cast<const char *>(data), size);
  const std::size_t brace = matched.rfind('}');
  if (brace == std::string::npos || brace < 8)
    return 0;
  const std::uint64_t length = brace + 1 - 8;
  std::memcpy(matched.data(), &length, 8);
  read(std::as_bytes(std::span(matched)));
  return 0;
}
