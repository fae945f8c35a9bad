//===- IdxFuzzer.cpp - IDX from anywhere ---------------------------------===//
//
// zlib wants a file, so the input is given one in memory.
//
//===----------------------------------------------------------------------===//
#include "Read.h"

#include <ingot/idx.h>

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace ingot::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  static const int file = memfd_create("input", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (ftruncate(file, 0) != 0 ||
      pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
    std::abort();
  return refusedOrRead([&] { touch(ingot::rt::read_idx(path)); });
}
