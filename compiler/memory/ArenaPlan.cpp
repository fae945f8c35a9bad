//===- ArenaPlan.cpp - static offsets for buffers ------------------------===//
//
// Greedy by size as in TFLite Micro and XNNPACK; exchanges as the hill climbing
// of TVM's USMP.
//
//===----------------------------------------------------------------------===//

#include "memory/ArenaPlan.h"

#include <algorithm>
#include <numeric>
#include <random>

using namespace ingot::memory;

static uint64_t alignedSize(const Buffer &buffer, uint64_t alignment) {
  return (buffer.size + alignment - 1) / alignment * alignment;
}

static bool liveTogether(const Buffer &a, const Buffer &b) { return a.first <= b.last && b.first <= a.last; }

uint64_t ingot::memory::liveBytes(const std::vector<Buffer> &buffers, uint64_t alignment) {
  uint64_t most = 0;
  // The maximum is reached where some buffer begins.
  for (const Buffer &at : buffers) {
    uint64_t live = 0;
    for (const Buffer &buffer : buffers)
      if (buffer.first <= at.first && at.first <= buffer.last)
        live += alignedSize(buffer, alignment);
    most = std::max(most, live);
  }
  return most;
}

/// Places buffers in `order`, each at the lowest offset where it fits.
static ArenaPlan place(const std::vector<Buffer> &buffers, const std::vector<size_t> &order, uint64_t alignment) {
  ArenaPlan plan;
  plan.offsets.resize(buffers.size());
  std::vector<size_t> placed;
  for (size_t index : order) {
    std::vector<size_t> conflicts;
    for (size_t other : placed)
      if (liveTogether(buffers[index], buffers[other]))
        conflicts.push_back(other);
    std::sort(conflicts.begin(), conflicts.end(), [&](size_t a, size_t b) { return plan.offsets[a] < plan.offsets[b]; });
    uint64_t offset = 0, size = alignedSize(buffers[index], alignment);
    for (size_t other : conflicts) {
      if (offset + size <= plan.offsets[other])
        break;
      offset = std::max(offset, plan.offsets[other] + alignedSize(buffers[other], alignment));
    }
    plan.offsets[index] = offset;
    plan.bytes = std::max(plan.bytes, offset + size);
    placed.push_back(index);
  }
  return plan;
}

ArenaPlan ingot::memory::planArena(const std::vector<Buffer> &buffers, uint64_t alignment) {
  const uint64_t bound = liveBytes(buffers, alignment);
  std::vector<size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  auto area = [&](size_t i) { return buffers[i].size * (buffers[i].last - buffers[i].first + 1); };
  // Ties in program order: the plan must not depend on the sort.
  auto bySize = [&](size_t a, size_t b) {
    return buffers[a].size != buffers[b].size ? buffers[a].size > buffers[b].size : a < b;
  };
  auto byArea = [&](size_t a, size_t b) { return area(a) != area(b) ? area(a) > area(b) : a < b; };

  std::sort(order.begin(), order.end(), bySize);
  ArenaPlan best = place(buffers, order, alignment);
  std::vector<size_t> bestOrder = order;
  auto attempt = [&](const std::vector<size_t> &candidate) {
    ArenaPlan plan = place(buffers, candidate, alignment);
    if (plan.bytes < best.bytes) {
      best = std::move(plan);
      bestOrder = candidate;
    }
  };
  if (best.bytes > bound) {
    std::sort(order.begin(), order.end(), byArea);
    attempt(order);
  }
  constexpr unsigned exchanges = 500;
  std::minstd_rand random(1);
  for (unsigned i = 0; i < exchanges && best.bytes > bound; ++i) {
    order = bestOrder;
    std::swap(order[random() % order.size()], order[random() % order.size()]);
    attempt(order);
  }
  best.lowerBound = bound;
  return best;
}
