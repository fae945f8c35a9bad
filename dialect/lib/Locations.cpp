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

/// What a location that is only there for its direction has in it.
static std::optional<std::pair<llvm::StringRef, Location>> split(Location loc) {
  auto fused = dyn_cast<FusedLoc>(loc);
  auto direction = fused ? dyn_cast_or_null<StringAttr>(fused.getMetadata()) : StringAttr();
  if (!direction || fused.getLocations().size() != 1)
    return std::nullopt;
  return std::pair(direction.getValue(), fused.getLocations().front());
}

Location ingot::inDirection(Location loc, llvm::StringRef direction) {
  if (auto parts = split(loc))
    loc = parts->second;
  return FusedLoc::get({loc}, StringAttr::get(loc.getContext(), direction), loc.getContext());
}

llvm::StringRef ingot::directionOf(Location loc) {
  llvm::StringRef direction;
  loc->walk([&](Location inner) {
    auto parts = split(inner);
    if (!parts)
      return WalkResult::advance();
    direction = parts->first;
    return WalkResult::interrupt();
  });
  return direction;
}
