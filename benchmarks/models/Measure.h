//===- Measure.h - what every program that is measured does -----*- C++ -*-===//
//
//   PROGRAM CASE MODE BATCH SECONDS
//
// MODE is `train` (one step of training a call), `predict`, `prepared`: predict
// after all that can be done when only the weights are known, or `half`: predict with
// weights in the object, in half precision. Prints one line of
// JSON: the losses of the first steps or numbers of the outputs, then the seconds of
// a call on one batch, median and minimum over blocks of calls that take at least
// 2 ms each. benchmarks/run has the programs take turns.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Data.h"

#include <functional>
#include <span>
#include <string>

namespace benchmarks {

enum class Mode { Train, Predict, Prepared, Half };

struct Request {
  const Case *which;
  Mode mode;
  int32_t batch;
  double seconds;
};

/// Reads the command line, or ends the program. From here on denormals are flushed.
Request start(int argc, char **argv);

/// On this thread, as the hosted runtime does around calls.
void flushDenormals();

/// One message on stderr, and the end.
[[noreturn]] void fail(const std::string &what);

/// The numbers that must be those of other programs.
struct Result {
  std::vector<double> losses; ///< of the first `kFirstLosses` steps
  std::vector<float> outputs;
  std::string version; ///< of the library, or empty

  /// Of an output some numbers, evenly spread.
  void addOutput(std::span<const float> output);
};

inline constexpr int kFirstLosses = 5;

/// Calls `step` for about the seconds that are wanted, and prints the line.
void measureAndPrint(const Request &request, const Result &result, const std::function<void()> &step);

} // namespace benchmarks
