//===- ThreadsTest.cpp - the same bits with any number of threads ---------===//
//
// Objects for seven threads whose work is divided however little it is, against
// objects for one. Chunks that were done at one time and needed one another would show
// when they are done in reverse, or by threads; scratch that two share, as well.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Object.h"
#include "SameBits.h"

#include <thread>

using namespace ingot;
using namespace ingot::numeric;

namespace {

constexpr int mostThreads = 7;

/// How often work was divided.
struct Forks {
  unsigned count = 0;
};

void inReverse(void *context, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
  ++static_cast<Forks *>(context)->count;
  for (uint32_t i = count; i-- > 0;)
    body(argument, i);
}

void byThreads(void *context, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
  ++static_cast<Forks *>(context)->count;
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < count; ++i)
    threads.emplace_back(body, argument, i);
  for (std::thread &thread : threads)
    thread.join();
}

class Threads : public ::testing::TestWithParam<ModelCase> {
protected:
  /// Returns how often the host divided work.
  static unsigned expectSameTrainingOn(uint32_t threads, decltype(ingot_host::parallel_for) parallelFor, Object &divided,
                                       Object &alone) {
    SCOPED_TRACE("threads " + std::to_string(threads));
    Forks forks;
    const ingot_host host = {
        .struct_size = sizeof(ingot_host), .threads = threads, .ctx = &forks, .parallel_for = parallelFor};
    divided.lend(&host);
    expectSameTraining(divided, alone);
    divided.lend(nullptr);
    return forks.count;
  }

  static void expectSameBitsWith(driver::Numerics numerics, char optLevel) {
    Object alone(compiled(GetParam(), "x86-64-v3", numerics));
    Object divided(compiled(GetParam(), "x86-64-v3", numerics, optLevel, mostThreads));
    // One thread divides nothing; a model of which nothing divides would test nothing.
    EXPECT_EQ(expectSameTrainingOn(1, inReverse, divided, alone), 0u);
    EXPECT_GT(expectSameTrainingOn(2, inReverse, divided, alone), 0u);
    expectSameTrainingOn(3, inReverse, divided, alone);
    expectSameTrainingOn(mostThreads, inReverse, divided, alone);
    expectSameTrainingOn(2, byThreads, divided, alone);
    expectSameTrainingOn(mostThreads, byThreads, divided, alone);
  }
};

TEST_P(Threads, GiveTheSameBitsInNativeNumerics) { expectSameBitsWith(driver::Numerics::Native, '2'); }
/// Whose bits do not hang on how hard LLVM tries.
TEST_P(Threads, GiveTheSameBitsInPortableNumerics) { expectSameBitsWith(driver::Numerics::Portable, '0'); }

INSTANTIATE_TEST_SUITE_P(, Threads, ::testing::ValuesIn(allModels()), [](const auto &info) { return info.param.name; });

} // namespace
