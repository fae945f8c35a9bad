//===- Locations.h - whose layer, which line --------------------*- C++ -*-===//
//
// What a location says after passes have wrapped it: a name is the path of a
// layer, `encoder/dense_1`, a file and a line are the user's.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Location.h"

#include <optional>

namespace ingot {

/// The name that the location has, its own before that of a place inside it; empty
/// if there is none.
llvm::StringRef nameOf(mlir::Location loc);

/// The first place in a file that is inside the location.
std::optional<mlir::FileLineColLoc> placeOf(mlir::Location loc);

} // namespace ingot
