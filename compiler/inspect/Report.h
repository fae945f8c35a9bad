//===- Report.h - what a compilation amounts to -----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"
#include "inspect/Budget.h"
#include "inspect/CodeSize.h"
#include "inspect/Layers.h"
#include "inspect/Macs.h"
#include "inspect/Remarks.h"

namespace ingot::inspect {

/// What was found along the stages. A model that came as the text of a later stage
/// has neither layers nor products.
struct Findings {
  codegen::ModelInfo info;
  std::string triple, cpu;
  LayerGraph layers;
  std::optional<MacCounts> macs;
  std::optional<CodeSizes> code;
  Budget budget;
  std::vector<Remark> remarks;
};

/// What one layer takes. Bytes are without padding.
struct LayerCosts {
  std::string path;
  std::string className; ///< empty if it is not known
  std::vector<LayerCall> calls;
  /// Multiply-accumulates of a sample; nothing if they are not known.
  std::optional<uint64_t> forward, backward;
  uint64_t activations = 0; ///< bytes of all outputs of a sample
  int64_t parameters = 0;
  int64_t frozen = 0; ///< of the parameters
  uint64_t weights = 0;
  /// As `grads` has them, of what trains; a step may hold less at a time.
  uint64_t gradients = 0;
  uint64_t slots = 0; ///< of the optimizer; 0 for what is frozen
};

/// Layers in the order of their first calls, then those with weights that are not
/// called.
std::vector<LayerCosts> layerCosts(const Findings &findings);

/// The sum; products that belong to no layer, such as those of a loss, are in it.
LayerCosts totalCosts(const Findings &findings, const std::vector<LayerCosts> &layers);

/// Tables of at most 100 columns.
std::string formatReport(const Findings &findings);

/// The same and the remarks as JSON; docs/reference/report.schema.json describes it.
std::string formatReportJson(const Findings &findings);

} // namespace ingot::inspect
