//===- Costs.cpp - how much an op computes ---------------------------------===//

#include "ingot/Dialect/Costs.h"

#include <map>

using namespace mlir;
using namespace ingot;

uint64_t ingot::macsOf(ContractOp op) {
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

uint64_t ingot::macsIn(Operation *op) {
  uint64_t macs = 0;
  op->walk([&](ContractOp contract) { macs += macsOf(contract); });
  return macs;
}
