//===- Descriptor.h - ingot_model_desc in the object ------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

#include <ingot/abi.h>

#include <array>

namespace llvm {
class Module;
}

namespace ingot::codegen {

/// Kinds in the order of enum ingot_entry.
inline constexpr std::array<llvm::StringLiteral, INGOT_ENTRY_COUNT> entryKinds = {
    "init",      "prepare",         "predict",           "evaluate",          "train_step",   "gradients",
    "apply_gradients", "get_learning_rate", "set_learning_rate", "metrics_reset", "metrics_merge"};

/// Adds the read-only `ingot_model_desc` of abi.h and `PREFIX_model()`, which
/// returns it, and the frozen weights where the object holds some. `summary` is
/// the text of the model's summary.
void emitDescriptor(llvm::Module &module, const ModelInfo &info, llvm::StringRef summary);

} // namespace ingot::codegen
