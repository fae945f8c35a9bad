//===- StageText.h - a module as text that can be compared ------*- C++ -*-===//
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace ingot::inspect {

struct TextOptions {
  bool locations = false;
  /// Constants of more elements than this are left out; their text cannot be read
  /// back as what it was.
  std::optional<int64_t> largestConstant;
};

/// `module` as text. Values are called after their layer, `%encoder.dense_1`, and
/// numbered within it in the order of the text, `%encoder.dense_1.2`: a value more
/// in one layer changes no name in another.
std::string printModule(mlir::ModuleOp module, const TextOptions &options = {});

/// The same without locations, and the op that each line is or begins with, if any.
/// Line 1 is at index 0.
struct LinedText {
  std::string text;
  std::vector<mlir::Operation *> ops;
};
LinedText printLines(mlir::ModuleOp module);

} // namespace ingot::inspect
