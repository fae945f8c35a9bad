//===- Macs.cpp - products and sums, by layer -----------------------------===//

#include "inspect/Macs.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::inspect;

/// Of one sample: the batch counts as 1.
static uint64_t macsOf(ContractOp op) {
  auto [terms, result] = op.getEquation().split("->");
  auto [lhs, rhs] = terms.split(',');
  std::map<char, int64_t> sizes;
  for (auto [labels, operand] : {std::pair(lhs, op.getLhs()), std::pair(rhs, op.getRhs())})
    for (auto [label, size] : llvm::zip(labels, tensorType(operand).getShape()))
      sizes[label] = ShapedType::isDynamic(size) ? 1 : size;
  uint64_t macs = 1;
  for (auto [label, size] : sizes)
    macs *= static_cast<uint64_t>(size);
  for (auto scan = op->getParentOfType<ScanOp>(); scan; scan = scan->getParentOfType<ScanOp>())
    macs *= static_cast<uint64_t>(scan.getLength());
  return macs;
}

MacCounts inspect::countMacs(ModuleOp module) {
  MacCounts counts;
  for (EntryOp entry : module.getOps<EntryOp>()) {
    MacsByLayer &layers = counts.entries[entry.getKind().str()];
    entry.walk([&](ContractOp op) { layers[nameOf(op.getLoc()).str()] += macsOf(op); });
  }
  return counts;
}

static const MacsByLayer *firstOf(const std::map<std::string, MacsByLayer> &entries, ArrayRef<const char *> kinds) {
  for (const char *kind : kinds)
    if (auto found = entries.find(kind); found != entries.end())
      return &found->second;
  return nullptr;
}

const MacsByLayer *MacCounts::forward() const { return firstOf(entries, {"predict", "evaluate"}); }
const MacsByLayer *MacCounts::training() const { return firstOf(entries, {"train_step", "gradients"}); }
