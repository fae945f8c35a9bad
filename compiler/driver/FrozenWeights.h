//===- FrozenWeights.h - weights that the object holds ----------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

#include "llvm/Support/Error.h"

#include <string>

namespace ingot::driver {

/// The weights in the safetensors file `path` as a block that is laid out like
/// params, zeros between them. The file has those of the model, all of them and
/// nothing else, by name; an error says where it differs.
llvm::Expected<std::string> readFrozenWeights(const std::string &path, const codegen::ModelInfo &info);

} // namespace ingot::driver
