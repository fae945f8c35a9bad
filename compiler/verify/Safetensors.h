//===- Safetensors.h - reading a safetensors file --------------*- C++ -*-===//
//
// Eight bytes of little-endian header length, a JSON header, raw data.
// F32 and I32 tensors are read; anything else, and any file whose lengths and
// offsets do not agree, throws ingot::Error with the reason.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "verify/Tensor.h"

#include <string>

namespace ingot::verify {

/// Reads the tensors in `bytes`; `fileName` is for messages.
TensorMap parseSafetensors(const std::string &bytes,
                           const std::string &fileName);

/// Reads the file `path`.
TensorMap readSafetensors(const std::string &path);

/// The whole of the file `path`; throws ingot::Error if it cannot be read.
std::string readFile(const std::string &path);

} // namespace ingot::verify
