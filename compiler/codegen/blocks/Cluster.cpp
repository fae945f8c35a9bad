//===- Cluster.cpp - ops that are done block by block ---------------------===//

#include "codegen/blocks/Cluster.h"
#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/parallel/Slicer.h"

#include "ingot/Dialect/Ingot.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace ingot::codegen {

bool updatesVariable(linalg::LinalgOp op) {
  return llvm::any_of(op.getDpsInits(), [](Value init) {
    auto block = dyn_cast<BlockArgument>(bufferOf(init));
    auto function = block ? dyn_cast<func::FuncOp>(block.getOwner()->getParentOp()) : func::FuncOp();
    auto role = function ? function.getArgAttrOfType<StringAttr>(block.getArgNumber(), names::role) : StringAttr();
    return role && (role == "params" || role == "state");
  });
}

//===----------------------------------------------------------------------===//
// What belongs together
//===----------------------------------------------------------------------===//

/// How `op` divides so that a part of it touches that part of dimension `dim` of `memref`.
static std::optional<Division> divideAlong(linalg::LinalgOp op, Value memref, int64_t dim) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (operand.get() != memref)
      continue;
    auto loop = dyn_cast<AffineDimExpr>(op.getMatchingIndexingMap(&operand).getResult(dim));
    std::optional<Division> division = loop ? divideLoop(op, loop.getPosition()) : std::nullopt;
    auto isAlong = [&](const Access &access) { return access.memref != memref || access.dim == dim; };
    if (division && llvm::all_of(division->accesses, isAlong))
      return division;
    return std::nullopt;
  }
  return std::nullopt;
}

namespace {
class Finder {
public:
  Finder(Block *block, bool takesAlong, std::string &whyNot) : block(block), takesAlong(takesAlong), whyNot(whyNot) {}

  /// Adds `alloc`, divided along `dim`, and all that uses it.
  bool add(Cluster &cluster, memref::AllocOp alloc, int64_t dim) {
    cluster.own.push_back({alloc, dim});
    cluster.extent = alloc.getType().getDimSize(dim);
    SmallVector<linalg::LinalgOp> added;
    for (Operation *user : alloc->getUsers()) {
      auto op = dyn_cast<linalg::LinalgOp>(user);
      std::optional<Division> division =
          op && op->getBlock() == block ? divideAlong(op, alloc, dim) : std::nullopt;
      if (!division)
        return refuse("`" + user->getName().getStringRef().str() + "` needs more than a part of it");
      auto [known, isNew] = cluster.divisions.try_emplace(op, *division);
      if (!isNew && known->second.loop != division->loop)
        return refuse("what it is made of lies in another order");
      if (isNew)
        added.push_back(op);
    }
    llvm::append_range(cluster.ops, added);
    if (takesAlong)
      for (linalg::LinalgOp op : added)
        takeAlong(cluster, Division(cluster.divisions.at(op)));
    return true;
  }

private:
  bool refuse(std::string reason) {
    whyNot = std::move(reason);
    return false;
  }

  /// The buffers of `division` that can be divided too; any other stays whole.
  void takeAlong(Cluster &cluster, const Division &division) {
    for (const Access &access : division.accesses) {
      auto alloc = access.memref.getDefiningOp<memref::AllocOp>();
      auto isKnown = [&](auto &own) { return own.first == alloc; };
      if (!alloc || !access.dim || alloc->getBlock() != block || !alloc.getType().hasStaticShape() ||
          llvm::any_of(cluster.own, isKnown))
        continue;
      Cluster larger = cluster;
      std::string ignored;
      if (Finder(block, takesAlong, ignored).add(larger, alloc, *access.dim))
        cluster = std::move(larger);
    }
  }

  Block *block;
  bool takesAlong;
  std::string &whyNot;
};
} // namespace

/// Whether `op` may be done where `last`, which comes later, stands. The others of the
/// cluster go along.
static bool mayWait(linalg::LinalgOp op, Operation *last, const Cluster &cluster) {
  for (Operation *between = op->getNextNode(); between != last; between = between->getNextNode()) {
    if (cluster.divisions.contains(between))
      continue;
    for (const Access &access : cluster.divisions.at(op).accesses)
      if (access.isWrite ? mayTouch(between, access.memref) : mayWrite(between, access.memref))
        return false;
  }
  return true;
}

std::optional<Cluster> findCluster(memref::AllocOp gradient, int64_t dim, bool takesAlong, std::string &whyNot) {
  Cluster cluster;
  if (!Finder(gradient->getBlock(), takesAlong, whyNot).add(cluster, gradient, dim))
    return std::nullopt;
  llvm::sort(cluster.ops, [](linalg::LinalgOp a, linalg::LinalgOp b) { return a->isBeforeInBlock(b); });
  for (linalg::LinalgOp op : cluster.ops)
    for (linalg::LinalgOp other : cluster.ops)
      if (!areCompatible(cluster.divisions.at(op), cluster.divisions.at(other))) {
        whyNot = "a part of its update needs what another part writes";
        return std::nullopt;
      }
  for (linalg::LinalgOp op : llvm::drop_end(cluster.ops))
    if (!mayWait(op, cluster.ops.back(), cluster)) {
      whyNot = "what its products read is written, or what they write is read, before its update";
      return std::nullopt;
    }
  return cluster;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// All ops on `size` elements of the extent, from `offset` on.
static void emitBlock(OpBuilder &builder, const Cluster &cluster, Value offset, int64_t size) {
  PartSlicer part(builder, offset, size);
  for (auto [alloc, dim] : cluster.own)
    part.makePrivate(alloc, dim);
  for (linalg::LinalgOp op : cluster.ops)
    part.clone(builder, op, cluster.divisions.at(op));
}

void doInBlocks(const Cluster &cluster, int64_t block) {
  OpBuilder builder(cluster.ops.back());
  KernelEmitter emit(builder, cluster.ops.back()->getLoc());
  const int64_t rest = cluster.extent % block, whole = cluster.extent - rest;
  emit.loop(emit.index(0), emit.index(whole), block, [&](Value offset) { emitBlock(builder, cluster, offset, block); });
  if (rest)
    emitBlock(builder, cluster, emit.index(whole), rest);
  for (linalg::LinalgOp op : llvm::reverse(cluster.ops))
    op->erase();
  for (auto [alloc, dim] : cluster.own)
    alloc->erase();
}

} // namespace ingot::codegen
