//===- Progress.cpp - what fit and evaluate print ------------------------===//
//
// A terminal gets at most ten redraws a second, each cut to its width because
// a wrapped line cannot be redrawn.
//
//===----------------------------------------------------------------------===//
#include "Progress.h"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace ingot::rt;

static constexpr std::int64_t kBarWidth = 30;

/// "3ms/step": time of one step in the unit that suits it.
static std::string pace(double secondsPerStep) {
  if (secondsPerStep >= 1)
    return fmt::format("{:.0f}s/step", secondsPerStep);
  if (secondsPerStep >= 1e-3)
    return fmt::format("{:.0f}ms/step", secondsPerStep * 1e3);
  return fmt::format("{:.0f}us/step", secondsPerStep * 1e6);
}

static std::string metricsText(const Metrics &metrics) {
  std::string text;
  for (const auto &[name, value] : metrics)
    text += std::abs(value) > 1e-3 || value == 0
                ? fmt::format(" - {}: {:.4f}", name, value)
                : fmt::format(" - {}: {:.4e}", name, value);
  return text;
}

/// "12/235 [=>......]".
static std::string bar(std::int64_t done, std::int64_t steps) {
  const std::int64_t filled = done * kBarWidth / steps;
  const std::string line = filled == kBarWidth
                               ? std::string(kBarWidth, '=')
                               : std::string(filled, '=') + '>' +
                                     std::string(kBarWidth - filled - 1, '.');
  return fmt::format("{}/{} [{}]", done, steps, line);
}

static std::size_t terminalWidth() {
  winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col
             ? size.ws_col
             : 80;
}

Progress::Progress(int verbose)
    : mode(verbose == 0                            ? Mode::Silent
           : verbose == 1 && isatty(STDOUT_FILENO) ? Mode::Redrawn
                                                   : Mode::Log) {}

Progress::~Progress() {
  if (midLine)
    fmt::print("\n");
}

void Progress::begin(std::string newTitle, std::int64_t newSteps) {
  title = std::move(newTitle);
  steps = newSteps;
  started = nextRedraw = Clock::now();
  if (mode == Mode::Redrawn && !title.empty())
    fmt::print("{}\n", title);
}

bool Progress::isDue() {
  const Clock::time_point now = Clock::now();
  if (now < nextRedraw)
    return false;
  nextRedraw = now + std::chrono::milliseconds(100);
  return true;
}

void Progress::redraw(std::int64_t done, const Metrics &metrics) {
  const double elapsed =
      std::chrono::duration<double>(Clock::now() - started).count();
  std::string line = fmt::format("{} - ETA: {:.0f}s{}", bar(done, steps),
                                 elapsed / static_cast<double>(done) *
                                     static_cast<double>(steps - done),
                                 metricsText(metrics));
  line.resize(std::min(line.size(), terminalWidth() - 1));
  fmt::print("\r\x1b[K{}", line);
  midLine = true;
  std::fflush(stdout);
}

void Progress::end(std::int64_t done, const Metrics &metrics) {
  if (mode == Mode::Silent)
    return;
  const double elapsed =
      std::chrono::duration<double>(Clock::now() - started).count();
  const std::string tail = fmt::format(
      " - {:.0f}s {}{}", elapsed, pace(elapsed / static_cast<double>(done)),
      metricsText(metrics));
  if (mode == Mode::Redrawn)
    fmt::print("\r\x1b[K{}{}\n", bar(done, steps), tail);
  else
    fmt::print("{}{}{}/{}{}\n", title, title.empty() ? "" : " - ", done, steps,
               tail);
  midLine = false;
  std::fflush(stdout);
}
