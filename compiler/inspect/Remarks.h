//===- Remarks.h - what passes told, collected ------------------*- C++ -*-===//
#pragma once

#include "inspect/Layers.h"

namespace ingot::inspect {

/// What a pass did, or did not do and why; of one layer, at one place.
struct Remark {
  bool isMissed = false;
  std::string category, decision; ///< "contraction", "pack"
  std::string layer, message;
  std::optional<Place> place;
  std::vector<std::string> entries;

  /// "missed dense: the right side ...: its 16384 bytes ... [contraction/pack: predict, evaluate]"
  std::string format() const;
};

/// The same remarks in the order of the user's program.
std::vector<Remark> inOrderOfPlaces(std::vector<Remark> remarks);

/// From now on all remarks of `context` are added to `remarks`, which outlives it.
/// What is told of the same call in several entries is one remark.
void collectRemarks(mlir::MLIRContext &context, std::vector<Remark> &remarks);

} // namespace ingot::inspect
