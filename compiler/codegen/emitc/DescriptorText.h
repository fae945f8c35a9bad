//===- DescriptorText.h - ingot_model_desc as a constant of C ---*- C++ -*-===//
#pragma once

#include "codegen/EmitHeader.h"
#include "codegen/emitc/CWriter.h"

namespace ingot::codegen {

/// `PREFIX_model()` and what it describes.
void printDescriptor(CWriter &writer, const ModelInfo &info, const HeaderNames &header, llvm::StringRef summary);

} // namespace ingot::codegen
