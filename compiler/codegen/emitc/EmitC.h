//===- EmitC.h - functions on memrefs to a C file ---------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/TargetFacts.h"

#include "llvm/Support/Error.h"

namespace ingot::codegen {

/// What a machine can do that C can say: one number at a time, each result rounded.
TargetFacts factsOfC();

/// NAME.c, to go with NAME.h. `module` has bodies of entries on memrefs with loops of
/// scalars. Fails after a diagnostic if one has what C cannot say.
mlir::FailureOr<std::string> emitC(mlir::ModuleOp module, const ModelInfo &info, llvm::StringRef summary);

} // namespace ingot::codegen
