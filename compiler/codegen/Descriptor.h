//===- Descriptor.h - ingot_model_desc in the object ------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

namespace llvm {
class Module;
}

namespace ingot::codegen {

/// Adds the read-only `ingot_model_desc` of abi.h and `PREFIX_model()`, which
/// returns it, and the frozen weights where the object holds some. `summary` is
/// the text of the model's summary.
void emitDescriptor(llvm::Module &module, const ModelInfo &info, llvm::StringRef summary);

} // namespace ingot::codegen
