//===- Macs.cpp - products and sums, by layer -----------------------------===//

#include "inspect/Macs.h"

#include "ingot/Dialect/Costs.h"
#include "ingot/Dialect/Locations.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::inspect;

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
