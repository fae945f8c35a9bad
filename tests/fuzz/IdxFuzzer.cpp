//===- IdxFuzzer.cpp - IDX from anywhere ---------------------------------===//
#include "Read.h"

#include <ingot/idx.h>

using namespace ingot::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  static MemoryFile file;
  file.write(data, size);
  (void)succeeds([&] { touch(ingot::rt::read_idx(file.path())); });
  return 0;
}
