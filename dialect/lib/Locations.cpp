//===- Locations.cpp - whose layer, which line ----------------------------===//

#include "ingot/Dialect/Locations.h"

using namespace mlir;

/// The first part of `loc` that is a `T`.
template <typename T> static std::optional<T> firstOf(Location loc) {
  std::optional<T> found;
  loc->walk([&](Location inner) {
    auto part = dyn_cast<T>(inner);
    if (!part)
      return WalkResult::advance();
    found = part;
    return WalkResult::interrupt();
  });
  return found;
}

llvm::StringRef ingot::nameOf(Location loc) {
  std::optional<NameLoc> named = firstOf<NameLoc>(loc);
  return named ? named->getName().getValue() : llvm::StringRef();
}

std::optional<FileLineColLoc> ingot::placeOf(Location loc) { return firstOf<FileLineColLoc>(loc); }
