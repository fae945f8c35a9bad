//===- Measure.cpp - what every program that is measured does -------------===//

#include "Measure.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

using namespace benchmarks;
using Clock = std::chrono::steady_clock;

static const char *program = "";

void benchmarks::fail(const std::string &what) {
  std::fprintf(stderr, "%s: %s\n", program, what.c_str());
  std::exit(1);
}

void benchmarks::flushDenormals() {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
}

Request benchmarks::start(int argc, char **argv) {
  program = argv[0];
  if (argc != 5)
    fail("usage: CASE train|predict|prepared|half BATCH SECONDS");
  Request request{nullptr, Mode::Train, std::atoi(argv[3]), std::atof(argv[4])};
  for (const Case &known : allCases())
    if (known.name == argv[1])
      request.which = &known;
  if (!request.which)
    fail("there is no case `" + std::string(argv[1]) + "`");
  const std::string mode = argv[2];
  if (mode == "predict")
    request.mode = Mode::Predict;
  else if (mode == "prepared")
    request.mode = Mode::Prepared;
  else if (mode == "half")
    request.mode = Mode::Half;
  else if (mode != "train")
    fail("there is no mode `" + mode + "`");
  if (request.batch < 1)
    fail("a batch has at least one sample");
  flushDenormals();
  return request;
}

void Result::addOutput(std::span<const float> output) {
  constexpr size_t kShown = 16;
  const size_t shown = std::min(kShown, output.size());
  for (size_t i = 0; i < shown; ++i)
    outputs.push_back(output[i * output.size() / shown]);
}

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Seconds of a call in each block of calls, sorted.
static std::vector<double> measure(double seconds, const std::function<void()> &step) {
  int warmUp = 0;
  const Clock::time_point warm = Clock::now();
  for (; warmUp < 3 || secondsSince(warm) < 0.3; ++warmUp)
    step();
  const int inner = std::max(1, static_cast<int>(std::ceil(2e-3 * warmUp / secondsSince(warm))));

  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  while (times.size() < 10 || secondsSince(start) < seconds) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < inner; ++i)
      step();
    times.push_back(secondsSince(begin) / inner);
  }
  std::sort(times.begin(), times.end());
  return times;
}

template <typename Numbers> static void printList(const char *name, const Numbers &numbers) {
  if (numbers.empty())
    return;
  std::printf("\"%s\": [", name);
  for (size_t i = 0; i < numbers.size(); ++i)
    std::printf("%s%.9g", i ? ", " : "", static_cast<double>(numbers[i]));
  std::printf("], ");
}

void benchmarks::measureAndPrint(const Request &request, const Result &result, const std::function<void()> &step) {
  const std::vector<double> times = measure(request.seconds, step);
  std::printf("{");
  printList("losses", result.losses);
  printList("outputs", result.outputs);
  if (!result.version.empty())
    std::printf("\"version\": \"%s\", ", result.version.c_str());
  std::printf("\"median\": %.9g, \"minimum\": %.9g, \"samples\": %zu}\n", times[times.size() / 2], times.front(),
              times.size());
}
