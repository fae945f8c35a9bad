//===- Files.h - the files of a reference case -----------------*- C++ -*-===//
#pragma once

#include "verify/Tensor.h"

#include <string>

namespace ingot::verify {

/// The F32 and I32 tensors in the safetensors file `path`. Throws ingot::Error
/// if it has others, or is refused by ingot/safetensors.h.
TensorMap readTensors(const std::string &path);

/// The whole of the file `path`; throws ingot::Error if it cannot be read.
std::string readFile(const std::string &path);

} // namespace ingot::verify
