//===- SafetensorsFuzzer.cpp - safetensors from anywhere -----------------===//
#include "Read.h"

#include <ingot/safetensors.h>

using namespace ingot::test;

static void read(std::span<const std::byte> bytes) {
  (void)succeeds([&] {
    const ingot::rt::Safetensors file(bytes, "input");
    (void)succeeds([&] { (void)file.verify_checksum(); });
    for (const ingot::rt::SafetensorsTensor &tensor : file.tensors())
      (void)succeeds([&] { touch(file.array(tensor)); });
  });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  read(bytesOf(data, size));
  const std::string matched = withLength(data, size);
  read(std::as_bytes(std::span(matched)));
  return 0;
}
