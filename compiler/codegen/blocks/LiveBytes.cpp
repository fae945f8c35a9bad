//===- LiveBytes.cpp - how much memory a body needs -----------------------===//

#include "codegen/blocks/LiveBytes.h"

#include "ingot/Dialect/Ingot.h"
#include "lower/Layout.h"
#include "memory/ArenaPlan.h"
#include "memory/Liveness.h"
#include "memory/ShareStacks.h"

using namespace mlir;

namespace ingot::codegen {

FailureOr<uint64_t> liveBytesOf(func::FuncOp function, int64_t threads) {
  // As it will be.
  OwningOpRef<func::FuncOp> copy = function.clone();
  func::FuncOp body = *copy;
  memory::shareStacks(body, /*willFuse=*/true);
  auto live = memory::collectBuffers(body, body->getAttrOfType<IntegerAttr>(names::maxBatch).getInt(), threads);
  if (failed(live))
    return failure();
  memory::shareInPlace(body, *live);
  memory::widenToRegions(body, *live);
  std::vector<memory::Buffer> buffers;
  for (const memory::LiveBuffer &buffer : *live)
    buffers.push_back({buffer.size, buffer.first, buffer.last});
  return memory::liveBytes(buffers, blockAlignment);
}

} // namespace ingot::codegen
