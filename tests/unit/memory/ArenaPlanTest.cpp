//===- ArenaPlanTest.cpp - properties and hand cases of the planner -------===//

#include "memory/ArenaPlan.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

using namespace ingot::memory;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

uint64_t aligned(uint64_t size, uint64_t alignment) { return (size + alignment - 1) / alignment * alignment; }

bool liveTogether(const Buffer &a, const Buffer &b) { return a.first <= b.last && b.first <= a.last; }

/// What every plan must hold, whatever its quality.
void expectValid(const std::vector<Buffer> &buffers, uint64_t alignment, const ArenaPlan &plan) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  uint64_t end = 0;
  for (size_t i = 0; i < buffers.size(); ++i) {
    ASSERT_EQ(plan.offsets[i] % alignment, 0u) << "buffer " << i;
    end = std::max(end, plan.offsets[i] + aligned(buffers[i].size, alignment));
    for (size_t j = 0; j < i; ++j)
      if (liveTogether(buffers[i], buffers[j]))
        ASSERT_TRUE(plan.offsets[i] + buffers[i].size <= plan.offsets[j] ||
                    plan.offsets[j] + buffers[j].size <= plan.offsets[i])
            << "buffers " << j << " and " << i << " overlap";
  }
  EXPECT_EQ(plan.bytes, end);
  EXPECT_GE(plan.bytes, plan.lowerBound);
}

/// By hand: the sum over what is live, step by step.
uint64_t mostLive(const std::vector<Buffer> &buffers, uint64_t alignment) {
  uint64_t most = 0;
  size_t steps = 0;
  for (const Buffer &buffer : buffers)
    steps = std::max(steps, buffer.last + 1);
  for (size_t step = 0; step < steps; ++step) {
    uint64_t live = 0;
    for (const Buffer &buffer : buffers)
      if (buffer.first <= step && step <= buffer.last)
        live += aligned(buffer.size, alignment);
    most = std::max(most, live);
  }
  return most;
}

std::vector<Buffer> randomBuffers(std::mt19937 &random) {
  auto below = [&](unsigned limit) { return random() % limit; };
  std::vector<Buffer> buffers(1 + below(40));
  const unsigned steps = 1 + below(50), longest = 1 + below(steps), largest = 1 + below(5000);
  for (Buffer &buffer : buffers) {
    buffer.first = below(steps);
    buffer.last = buffer.first + below(longest);
    // Equal sizes are what models have; empty buffers are legal.
    buffer.size = below(4) ? below(largest) : largest;
  }
  return buffers;
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

TEST(ArenaPlan, RandomLifetimesNeverOverlap) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  for (unsigned round = 0; round < 300; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const std::vector<Buffer> buffers = randomBuffers(random);
    const uint64_t alignment = uint64_t(1) << random() % 8;
    const ArenaPlan plan = planArena(buffers, alignment);
    ASSERT_NO_FATAL_FAILURE(expectValid(buffers, alignment, plan));
    EXPECT_EQ(plan.lowerBound, mostLive(buffers, alignment));
    EXPECT_EQ(plan.lowerBound, liveBytes(buffers, alignment));
  }
}

TEST(ArenaPlan, TheSameBuffersGetTheSamePlan) {
  std::mt19937 random(1);
  for (unsigned round = 0; round < 50; ++round) {
    const std::vector<Buffer> buffers = randomBuffers(random);
    const ArenaPlan one = planArena(buffers, 64), other = planArena(buffers, 64);
    EXPECT_EQ(one.offsets, other.offsets);
    EXPECT_EQ(one.bytes, other.bytes);
  }
}

/// A train step keeps activations from the forward op to the backward op that
/// mirrors it, and makes gradients that die at their update.
TEST(ArenaPlan, NestedLifetimesOfTrainingComeCloseToTheBound) {
  std::mt19937 random(2);
  for (unsigned layers = 1; layers <= 20; ++layers) {
    std::vector<Buffer> buffers;
    for (unsigned i = 0; i < layers; ++i) {
      buffers.push_back({64 * (1 + random() % 256), i, 2 * layers - i});
      buffers.push_back({64 * (1 + random() % 256), 2 * layers - i, 2 * layers - i + 1});
    }
    const ArenaPlan plan = planArena(buffers, 64);
    ASSERT_NO_FATAL_FAILURE(expectValid(buffers, 64, plan));
    EXPECT_LE(plan.bytes, plan.lowerBound + plan.lowerBound * 3 / 100) << layers << " layers";
  }
}

//===----------------------------------------------------------------------===//
// Cases by hand
//===----------------------------------------------------------------------===//

TEST(ArenaPlan, NothingNeedsNothing) {
  const ArenaPlan plan = planArena({}, 64);
  EXPECT_THAT(plan.offsets, IsEmpty());
  EXPECT_EQ(plan.bytes, 0u);
  EXPECT_EQ(plan.lowerBound, 0u);
}

TEST(ArenaPlan, EmptyBuffersNeedNothing) {
  const ArenaPlan plan = planArena({{0, 0, 3}, {0, 1, 2}}, 64);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 0));
  EXPECT_EQ(plan.bytes, 0u);
}

TEST(ArenaPlan, SizesAreRoundedUp) {
  const ArenaPlan plan = planArena({{65, 0, 1}, {1, 0, 1}}, 64);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 128));
  EXPECT_EQ(plan.bytes, 192u);
  EXPECT_EQ(plan.lowerBound, 192u);
}

TEST(ArenaPlan, OneAfterTheOtherShareTheirPlace) {
  const ArenaPlan plan = planArena({{64, 0, 0}, {128, 1, 1}, {64, 2, 2}}, 64);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 0, 0));
  EXPECT_EQ(plan.bytes, 128u);
}

/// Both ends of a lifetime are included: what is read by the op that writes
/// another buffer is still live there.
TEST(ArenaPlan, SharingAStepIsLivingTogether) {
  const ArenaPlan plan = planArena({{64, 0, 1}, {64, 1, 2}}, 64);
  EXPECT_NE(plan.offsets[0], plan.offsets[1]);
  EXPECT_EQ(plan.bytes, 128u);
}

/// A chain of layers: two buffers are live at a time, and take turns.
TEST(ArenaPlan, AChainTakesTurns) {
  const ArenaPlan plan = planArena({{256, 0, 1}, {128, 1, 2}, {256, 2, 3}, {128, 3, 4}}, 64);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 256, 0, 256));
  EXPECT_EQ(plan.bytes, 384u);
  EXPECT_EQ(plan.lowerBound, 384u);
}

/// Largest first: the small buffers that follow each other fit above the large
/// one, which program order would have put on top of them.
TEST(ArenaPlan, SmallBuffersFillTheGapThatALargeOneLeaves) {
  // b is the only one that lives throughout; a and c need its remainder by turns.
  const ArenaPlan plan = planArena({{64, 0, 1}, {192, 0, 5}, {512, 2, 3}, {64, 4, 5}}, 64);
  EXPECT_EQ(plan.offsets[2], 0u);
  EXPECT_EQ(plan.offsets[1], 512u);
  EXPECT_EQ(plan.offsets[0], 0u);
  EXPECT_EQ(plan.offsets[3], 0u);
  EXPECT_EQ(plan.bytes, plan.lowerBound);
  EXPECT_EQ(plan.bytes, 704u);
}

/// Between two placed buffers, not above them.
TEST(ArenaPlan, AGapBetweenBuffersIsUsed) {
  // By size: 320 at 0, 256 above it, 128 at 0 (the 320 is dead), then 64 between.
  const ArenaPlan plan = planArena({{320, 0, 1}, {256, 0, 3}, {128, 2, 3}, {64, 2, 3}}, 64);
  EXPECT_THAT(plan.offsets, ElementsAre(0, 320, 0, 128));
  EXPECT_EQ(plan.bytes, 576u);
}

/// Where placing by size alone misses the bound, other orders are tried.
TEST(ArenaPlan, OtherOrdersMakeUpForSize) {
  std::mt19937 random(3);
  unsigned met = 0;
  for (unsigned round = 0; round < 200; ++round) {
    std::vector<Buffer> buffers(8);
    for (Buffer &buffer : buffers) {
      buffer.first = random() % 8;
      buffer.last = buffer.first + random() % 4;
      buffer.size = 64 * (1 + random() % 4);
    }
    const ArenaPlan plan = planArena(buffers, 64);
    ASSERT_NO_FATAL_FAILURE(expectValid(buffers, 64, plan));
    met += plan.bytes == plan.lowerBound;
  }
  // By size alone it would be 183.
  EXPECT_GE(met, 198u);
}

} // namespace
