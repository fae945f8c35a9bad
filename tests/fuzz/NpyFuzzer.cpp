//===- NpyFuzzer.cpp - NPY from anywhere ---------------------------------===//
#include "Read.h"

#include <ingot/npy.h>

using namespace ingot::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  (void)succeeds(
      [&] { touch(ingot::rt::parse_npy(bytesOf(data, size), "input")); });
  return 0;
}
