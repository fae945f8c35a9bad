//===- Progress.h - what fit, evaluate and predict print -------*- C++ -*-===//
//
// Keras' progress line on stdout: redrawn in place on a terminal, one line an
// epoch in a log.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/runtime.h"

#include <chrono>

namespace ingot::rt {

class Progress {
public:
  /// `verbose` as in FitOptions.
  explicit Progress(int verbose);
  /// Leaves a line that was not ended, so that an error gets its own.
  ~Progress() { leaveLine(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Starts the line of one pass over `steps` batches, if they are known, of
  /// which `done` were done elsewhere. `title` is "Epoch 1/10" or empty.
  void begin(std::string title, std::optional<std::int64_t> steps,
             std::int64_t done = 0);
  /// `done` of the steps are done. `metrics` is only called if the line is
  /// redrawn, which is not at every step.
  template <class F> void step(std::int64_t done, F metrics) {
    if (mode == Mode::Redrawn && (!steps || done < *steps) && isDue())
      redraw(done, metrics());
  }
  /// Ends the line after `done` steps.
  void end(std::int64_t done, const Metrics &metrics);
  /// Ends a line that is being redrawn as it stands.
  void leaveLine();
  /// Prints `line`, to which a line that is being redrawn makes way.
  void print(const std::string &line);

private:
  using Clock = std::chrono::steady_clock;
  enum class Mode { Silent, Redrawn, Log };

  bool isDue();
  double elapsed() const;
  /// The mean of those that were done here.
  double secondsPerStep(std::int64_t done) const;
  void redraw(std::int64_t done, const Metrics &metrics);

  Mode mode;
  bool midLine = false;
  std::string title;
  std::optional<std::int64_t> steps;
  std::int64_t doneBefore = 0;
  Clock::time_point started, nextRedraw;
};

} // namespace ingot::rt
