//===- BlockUpdates.cpp - no gradient is larger than a block --------------===//
//
// In: bodies of entries on memrefs. Out: the same with loops over blocks of variables, in
// each of which a part of the gradient is made and used up, while it is in cache. What is
// tried is tried on a copy first: only the lifetimes of all buffers tell whether it saves
// memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/BlockUpdates.h"
#include "codegen/blocks/Cluster.h"
#include "codegen/blocks/Passes.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/SaveRam.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/FormatVariadic.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_BLOCKUPDATES
#include "codegen/blocks/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// To save memory: some rows of most weights, or columns, of which a product makes whole tiles.
constexpr BlockOptions smallBlocks = {.bytes = 4096, .rows = 8, .columns = 64};
/// Else: what the second cache holds, and rows enough to repay a copy of the product's right
/// side, or to read it once more.
constexpr BlockOptions largeBlocks = {.bytes = 1 << 20, .rows = 256, .columns = 0};
/// What has fewer blocks is not worth a loop.
constexpr int64_t fewestBlocks = 4;

/// A way to divide a gradient.
struct Cut {
  int64_t dim = 0;
  /// Of the dimension, in a block.
  int64_t elements = 0;
  /// Of a block.
  int64_t bytes = 0;
};

/// The ways to divide `type`, those into the smallest blocks first.
SmallVector<Cut> cutsOf(MemRefType type, const BlockOptions &options) {
  SmallVector<Cut> cuts;
  const int64_t all = tensorBytes(type, 1);
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    const int64_t extent = type.getDimSize(dim), each = all / extent;
    const int64_t usual = dim + 1 == type.getRank() ? options.columns : options.rows;
    if (usual == 0)
      continue;
    const int64_t least = std::min(usual, std::max<int64_t>(1, options.bytes / 16));
    int64_t elements = std::max(options.bytes / each, least);
    if (elements * fewestBlocks > extent)
      continue;
    // Rather a little less than rows left over.
    for (int64_t fewer = elements; fewer >= std::max(least, elements / 2); --fewer)
      if (extent % fewer == 0) {
        elements = fewer;
        break;
      }
    cuts.push_back({dim, elements, elements * each});
  }
  llvm::sort(cuts, [](const Cut &a, const Cut &b) { return std::pair(a.bytes, a.dim) < std::pair(b.bytes, b.dim); });
  return cuts;
}

class Blocker {
public:
  Blocker(func::FuncOp function, const BlockOptions &options, const LiveBytes &live)
      : function(function), options(options), live(live) {}

  LogicalResult run() {
    // Blocks of a block are found again.
    for (std::optional<unsigned> number; (number = largest());)
      if (failed(attempt(*number)))
        return failure();
    return success();
  }

private:
  static SmallVector<memref::AllocOp> allocsOf(func::FuncOp function) {
    SmallVector<memref::AllocOp> allocs;
    function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    return allocs;
  }

  /// A gradient, alone or one of several that meet, is read by an update.
  static bool isRead(memref::AllocOp alloc) {
    return llvm::any_of(alloc->getUsers(), [&](Operation *user) {
      auto op = dyn_cast<linalg::LinalgOp>(user);
      return op && updatesVariable(op) && llvm::is_contained(op.getDpsInputs(), alloc.getResult());
    });
  }

  /// The largest gradient that has not been tried, by its number among all buffers.
  std::optional<unsigned> largest() {
    std::optional<unsigned> best;
    int64_t most = 0;
    for (auto [number, alloc] : llvm::enumerate(allocsOf(function))) {
      if (!alloc.getType().hasStaticShape() || tried.contains(alloc) || !isRead(alloc))
        continue;
      const int64_t bytes = tensorBytes(alloc.getType(), 1);
      if (bytes > most && !cutsOf(alloc.getType(), options).empty()) {
        most = bytes;
        best = number;
      }
    }
    return best;
  }

  /// Divides the gradient that is buffer `number`, in the best way that is one.
  LogicalResult attempt(unsigned number) {
    memref::AllocOp gradient = allocsOf(function)[number];
    tried.insert(gradient);
    FailureOr<uint64_t> before = live.in(function);
    if (failed(before))
      return failure();
    std::string whyNot;
    const Location loc = gradient.getLoc();
    const int64_t bytes = tensorBytes(gradient.getType(), 1);
    for (const Cut &cut : cutsOf(gradient.getType(), options))
      for (bool takesAlong : {true, false}) {
        std::optional<Cluster> cluster = findCluster(gradient, cut.dim, takesAlong, whyNot);
        if (!cluster)
          continue;
        OwningOpRef<func::FuncOp> copy = function.clone();
        doInBlocks(*findCluster(allocsOf(*copy)[number], cut.dim, takesAlong, whyNot), cut.elements);
        FailureOr<uint64_t> after = live.in(*copy);
        if (failed(after))
          return failure();
        if (*after > *before) {
          whyNot = llvm::formatv("{0} bytes would be alive at once instead of {1}", *after, *before);
          continue;
        }
        if (options.tells)
          remark::passed(loc, remarkOn(function, "update", "blocks"))
              << remark::add("a gradient of {0} bytes is made and used up {1} bytes at a time", bytes, cut.bytes);
        for (auto [alloc, dim] : cluster->own)
          tried.erase(alloc);
        doInBlocks(*cluster, cut.elements);
        return success();
      }
    if (options.tells)
      remark::missed(loc, remarkOn(function, "update", "blocks"))
          << remark::add("a gradient of {0} bytes is made before its update", bytes) << remark::reason("{0}", whyNot);
    return success();
  }

  func::FuncOp function;
  const BlockOptions &options;
  const LiveBytes &live;
  llvm::DenseSet<Operation *> tried;
};

struct BlockUpdates : impl::BlockUpdatesBase<BlockUpdates> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const FailureOr<TargetInfo> target = TargetInfo::read(module);
    const FailureOr<LiveBytes> live = LiveBytes::of(module);
    if (failed(target) || failed(live))
      return signalPassFailure();
    if (target->forSize && !target->saveRam)
      return;
    const BlockOptions options = BlockOptions::of(module);
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) && failed(blockUpdates(function, options, *live)))
        return signalPassFailure();
  }
};

} // namespace

BlockOptions BlockOptions::of(ModuleOp module) {
  BlockOptions options = module->hasAttr(names::saveRam) ? smallBlocks : largeBlocks;
  if (auto given = module->getAttrOfType<IntegerAttr>(names::blockBytes))
    options.bytes = std::max<int64_t>(4, given.getInt());
  return options;
}

LogicalResult blockUpdates(func::FuncOp function, const BlockOptions &options, const LiveBytes &live) {
  return Blocker(function, options, live).run();
}

} // namespace ingot::codegen
