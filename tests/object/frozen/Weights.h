//===- Weights.h - the file that the objects were given ---------*- C++ -*-===//
#pragma once

#include "AnyModel.h"

#include <ingot/safetensors.h>

namespace ingot::test {

/// The weights in WEIGHTS_FILE as the model lays them out, zeros between them.
inline Bytes weightsOfFile(const ingot_model_desc *desc) {
  const rt::Safetensors file(WEIGHTS_FILE);
  Bytes block(desc->params_bytes, 0);
  for (const ingot_tensor_desc &weight : table(desc, desc->variables, desc->variable_count)) {
    const std::span<const std::byte> bytes = file.find(ingot_string(desc, weight.name))->bytes;
    std::memcpy(block.data() + weight.offset, bytes.data(), bytes.size());
  }
  return block;
}

} // namespace ingot::test
