//===- Page.h - a compiled model as one page to look at ---------*- C++ -*-===//
#pragma once

#include "inspect/Report.h"

#include "mlir/IR/BuiltinOps.h"

namespace ingot::inspect {

/// A stage without locations, and the lines of each layer, from 0. Code that several
/// layers call is of none; a line of a model that is called by two names is of two.
struct StageView {
  std::string name, text;
  std::map<std::string, std::vector<size_t>> lines;
};

StageView viewStage(std::string name, mlir::ModuleOp module);

/// What the page shows beside stages, as a JSON object: the report, the calls of
/// layers, and the user's files if they can be read from here.
std::string describeForPage(const Findings &findings);

/// One HTML file, which loads nothing. `description` is what `describeForPage` gives.
std::string formatPage(llvm::StringRef title, llvm::StringRef description, const std::vector<StageView> &stages);

} // namespace ingot::inspect
