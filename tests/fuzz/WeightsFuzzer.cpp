//===- WeightsFuzzer.cpp - weights and checkpoints from anywhere ---------===//
//
// Each input is given a length and a checksum that hold, and loaded into a
// model, as weights and as a checkpoint. What is refused must have changed
// nothing.
//
//===----------------------------------------------------------------------===//
#include "Read.h"
#include "unit/runtime/FakeModel.h"

#include <ingot/runtime.h>

#include <zlib.h>

#include <cstdio>

using namespace ingot::rt;
using namespace ingot::test;

/// Puts the checksum into `file` that makes it whole.
static void repairChecksum(std::string &file) {
  constexpr std::string_view marker = "\"crc32\":\"", zeros = "00000000";
  const std::size_t at = file.find(marker);
  if (at == std::string::npos ||
      at + marker.size() + zeros.size() > file.size())
    return;
  file.replace(at + marker.size(), zeros.size(), zeros);
  const uLong sum =
      crc32_z(0, reinterpret_cast<const Bytef *>(file.data()), file.size());
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08lx", sum);
  file.replace(at + marker.size(), zeros.size(), digits);
}

/// What a load may change.
static std::string contentsOf(const Model &model) {
  std::string contents;
  for (const auto &[name, array] : model.get_weights())
    contents.append(static_cast<const char *>(array.data()),
                    static_cast<std::size_t>(array.size()) *
                        dtypeBytes(array.dtype()));
  const float rate = model.learning_rate();
  return contents.append(reinterpret_cast<const char *>(&rate), sizeof rate);
}

template <class Load> static void loadInto(Model &model, Load load) {
  const std::string before = contentsOf(model);
  if (!succeeds(load) && contentsOf(model) != before)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  static MemoryFile memory;
  static Model model(fake::build());
  std::string file = withLength(data, size);
  repairChecksum(file);
  memory.write(file.data(), file.size());
  loadInto(model, [&] { model.load_weights(memory.path()); });
  loadInto(model, [&] {
    (void)model
        .load_weights(memory.path(), {.skip_missing = true,
                                      .skip_mismatch = true,
                                      .skip_unexpected = true})
        .text();
  });
  loadInto(model, [&] { model.load_checkpoint(memory.path()); });
  return 0;
}
