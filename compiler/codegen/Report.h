//===- Report.h - what a compilation amounts to -----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

namespace ingot::codegen {

/// A table: parameters, state, and for each entry its batch, its arena, the
/// planner's lower bound and what packing adds.
std::string emitReport(const ModelInfo &info);

} // namespace ingot::codegen
