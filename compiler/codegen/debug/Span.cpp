//===- Span.cpp - layers and directions that code works for --------------===//

#include "codegen/debug/Span.h"

#include "ingot/Dialect/Locations.h"

#include <ingot/abi.h>

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

namespace {

/// Hooks are called in three of them; debuggers see code in all.
enum : uint32_t {
  forward = INGOT_FORWARD,
  backward = INGOT_BACKWARD,
  update = INGOT_UPDATE,
  initialization = 8,
  preparation = 16,
};

constexpr std::pair<uint32_t, StringLiteral> directionNames[] = {
    {forward, "forward"}, {backward, "backward"}, {update, "update"}, {initialization, "init"}, {preparation, "prepare"}};

std::string inWords(uint32_t directions) {
  std::string text;
  for (auto [bit, name] : directionNames)
    if (directions & bit)
      text += (text.empty() ? "" : " + ") + name.str();
  return " [" + text + "]";
}

} // namespace

void Span::add(Location loc, uint32_t otherwise) {
  // A fused location may have several, each with a direction of its own.
  if (auto fused = dyn_cast<FusedLoc>(loc); fused && !fused.getMetadata()) {
    for (Location part : fused.getLocations())
      add(part, otherwise);
    return;
  }
  StringRef layer = nameOf(loc), direction = directionOf(loc);
  if (layer.empty())
    return;
  const uint32_t bit = direction == directions::backward ? backward : direction == directions::update ? update : otherwise;
  for (auto &[known, bits] : layers)
    if (known == layer) {
      bits |= bit;
      return;
    }
  layers.push_back({layer.str(), bit});
}

Span Span::of(Operation *op, StringRef kind) {
  const uint32_t otherwise = kind.starts_with("init") ? initialization : kind == "prepare" ? preparation : forward;
  Span span;
  // Numbers are shared by all, and terminators are of their loop.
  op->walk<WalkOrder::PreOrder>([&](Operation *inner) {
    if (inner != op && !matchPattern(inner, m_Constant()) && !inner->hasTrait<OpTrait::IsTerminator>())
      span.add(inner->getLoc(), otherwise);
  });
  // The order is that of the ops inside. What only moves data has none.
  span.add(op->getLoc(), otherwise);
  return span;
}

std::string Span::names() const {
  std::string text;
  for (const auto &[layer, bits] : layers)
    text += (text.empty() ? "" : " + ") + layer;
  return text;
}

uint32_t Span::directions() const {
  uint32_t all = 0;
  for (const auto &[layer, bits] : layers)
    all |= bits;
  return all;
}

std::string Span::text() const {
  if (llvm::all_of(layers, [&](const auto &layer) { return layer.second == layers.front().second; }))
    return names() + inWords(directions());
  std::string text;
  for (const auto &[layer, bits] : layers)
    text += (text.empty() ? "" : " + ") + layer + inWords(bits);
  return text;
}

bool ingot::codegen::isWork(Operation &op) {
  return isa<linalg::LinalgOp, memref::CopyOp, memref::StoreOp, func::CallOp>(op) || op.getNumRegions() > 0;
}

bool ingot::codegen::holdsWork(Operation &op) {
  if (op.getNumRegions() == 0 || isa<linalg::LinalgOp>(op))
    return false;
  return op
      .walk([&](Operation *inner) {
        return inner != &op && isa<linalg::LinalgOp, memref::CopyOp, func::CallOp>(inner) ? WalkResult::interrupt()
                                                                                        : WalkResult::advance();
      })
      .wasInterrupted();
}
