//===- HostThreadsTest.cpp - threads lent to a compiled model ------------===//

#include "FakeModel.h"
#include "Throws.h"

#include "hosted/HostThreads.h"

#include <ingot/runtime.h>

#include <atomic>
#include <gtest/gtest.h>
#include <omp.h>
#include <vector>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

using namespace ingot::rt;

namespace {

ingot_model_desc *compiledFor(uint32_t threads, bool portable = false) {
  ingot_model_desc *desc = fake::build({.portable = portable});
  desc->threads = threads;
  return desc;
}

TEST(HostThreads, AreThoseOfOpenMPAndOfTheObject) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(2);
  EXPECT_EQ(HostThreads(*compiledFor(7), 0).count(), 2);
  EXPECT_EQ(HostThreads(*compiledFor(7), 5).count(), 5);
  omp_set_num_threads(8);
  EXPECT_EQ(HostThreads(*compiledFor(7), 0).count(), 7);
  omp_set_num_threads(before);
}

TEST(HostThreads, AreNotLentToAnObjectForOne) {
  EXPECT_EQ(HostThreads(*compiledFor(1), 0).host(), nullptr);
  EXPECT_EQ(HostThreads(*compiledFor(7), 1).host(), nullptr);
  // Before 1.2 there was no such field.
  EXPECT_EQ(HostThreads(*compiledFor(0), 0).host(), nullptr);
  ingot_model_desc *old = compiledFor(7);
  old->struct_size = offsetof(ingot_model_desc, threads);
  EXPECT_EQ(HostThreads(*old, 0).host(), nullptr);
}

TEST(HostThreads, BeyondTheObjectAreRefused) {
  EXPECT_REFUSED(Model(compiledFor(2), {.threads = 3}),
                 "`threads` is 3, but `line` was compiled for 2; compile it "
                 "with `--threads=3`");
  EXPECT_REFUSED(Model(compiledFor(2), {.threads = -1}),
                 "`threads` is -1; must be at least 1, or 0 for as many as "
                 "there are");
}

TEST(HostThreads, DoEachChunkOnce) {
  HostThreads threads(*compiledFor(4), 4);
  const ingot_host &host = *threads.host();
  EXPECT_EQ(host.struct_size, sizeof(ingot_host));
  EXPECT_EQ(host.threads, 4u);
  for (uint32_t count : {1u, 2u, 3u, 4u}) {
    std::vector<std::atomic<int>> done(4);
    host.parallel_for(
        host.ctx, count,
        [](void *all, uint32_t i) {
          ++(*static_cast<std::vector<std::atomic<int>> *>(all))[i];
        },
        &done);
    for (uint32_t i = 0; i < 4; ++i)
      EXPECT_EQ(done[i], i < count) << i << " of " << count;
  }
}

#if defined(__SSE2__)
TEST(HostThreads, FlushesDenormalsOnlyInNativeChunks) {
  const unsigned before = _mm_getcsr(), flush = 0x8040;
  _mm_setcsr(before | flush);
  const bool canFlush = _mm_getcsr() != before;
  _mm_setcsr(before);
  if (!canFlush)
    GTEST_SKIP() << "this machine (valgrind's, say) does not flush denormals";
  for (bool portable : {false, true}) {
    HostThreads threads(*compiledFor(2, portable), 2);
    unsigned modes[2] = {};
    threads.host()->parallel_for(
        threads.host()->ctx, 2,
        [](void *all, uint32_t i) {
          static_cast<unsigned *>(all)[i] = _mm_getcsr();
        },
        modes);
    for (unsigned mode : modes)
      EXPECT_EQ((mode & flush) == flush, !portable);
    EXPECT_EQ(_mm_getcsr(), before);
  }
}
#endif

} // namespace
