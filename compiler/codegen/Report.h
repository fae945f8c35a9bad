//===- Report.h - what a compilation amounts to -----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

namespace ingot::codegen {

/// What a layer takes, in numbers of parameters and in bytes without padding.
struct LayerCosts {
  std::string name;
  int64_t parameters = 0;
  int64_t frozen = 0; ///< of the parameters
  uint64_t weights = 0;
  /// As `grads` has them, of what trains; a step may hold less at a time.
  uint64_t gradients = 0;
  uint64_t slots = 0;     ///< of the optimizer; 0 for what is frozen
};

/// Layers that have weights, in the order of `params`.
std::vector<LayerCosts> layerCosts(const ModelInfo &info);

/// Tables: for each layer its weights and what training adds to them; for each
/// entry its batch, its arena, the planner's lower bound, what packing adds, and
/// how much code it has.
std::string emitReport(const ModelInfo &info);

} // namespace ingot::codegen
