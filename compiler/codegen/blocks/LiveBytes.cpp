//===- LiveBytes.cpp - how much memory a body needs -----------------------===//

#include "codegen/blocks/LiveBytes.h"

#include "codegen/kernels/KernelBuffers.h"
#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"
#include "memory/ArenaPlan.h"
#include "memory/Liveness.h"
#include "memory/ShareStacks.h"

using namespace mlir;

namespace ingot::codegen {

FailureOr<LiveBytes> LiveBytes::of(ModuleOp module) {
  FailureOr<TargetInfo> target = TargetInfo::read(module);
  FailureOr<KernelChoices> choices = KernelChoices::read(module);
  if (failed(target) || failed(choices))
    return failure();
  LiveBytes bytes;
  bytes.target = *target;
  bytes.choices = *choices;
  bytes.threads = mostThreads(module);
  return bytes;
}

FailureOr<uint64_t> LiveBytes::in(func::FuncOp function) const {
  // As it will be.
  OwningOpRef<func::FuncOp> copy = function.clone();
  func::FuncOp body = *copy;
  memory::shareStacks(body, /*willFuse=*/true);
  // For speed, several products share what is packed.
  if (target.saveRam) {
    KernelChoices asked = choices;
    haveBuffersOfKernels(body, target, asked);
  }
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
