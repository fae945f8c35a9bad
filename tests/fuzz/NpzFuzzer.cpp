//===- NpzFuzzer.cpp - NPZ from anywhere ---------------------------------===//
#include "Read.h"

#include <ingot/npy.h>

using namespace ingot::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  (void)succeeds([&] {
    for (const auto &[name, array] :
         ingot::rt::parse_npz(bytesOf(data, size), "input"))
      touch(array);
  });
  return 0;
}
