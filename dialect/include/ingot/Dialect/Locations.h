//===- Locations.h - whose layer, which line --------------------*- C++ -*-===//
//
// What a location says after passes have wrapped it: a name is the path of a
// layer, `encoder/dense_1`, a file and a line are the user's. What differentiation
// and the optimizer make for a layer has its location, fused with the direction.
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

/// Directions other than forward.
namespace directions {
inline constexpr llvm::StringLiteral backward = "backward";
inline constexpr llvm::StringLiteral update = "update";
} // namespace directions

/// `loc` as that of an op that works in `direction`; one that it has is replaced.
mlir::Location inDirection(mlir::Location loc, llvm::StringRef direction);

/// The direction that the location has, or an empty string: forward.
llvm::StringRef directionOf(mlir::Location loc);

} // namespace ingot
