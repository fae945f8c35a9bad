//===- Progress.cpp - what fit, evaluate and predict print ---------------===//
//
// A terminal gets at most ten redraws a second. A line that wrapped could not
// be redrawn, so what does not fit its width makes way: first the bar, then
// values from the end. The line that stays at last has all values.
//
//===----------------------------------------------------------------------===//
#include "Progress.h"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace ingot::rt;

/// Characters between the brackets of the bar: the first that has room. Few, so
/// that the bar does not change with every digit beside it.
static constexpr std::array<std::int64_t, 2> kBarWidths = {30, 15};

/// "3ms/step": time of one step in the unit that suits it.
static std::string pace(double secondsPerStep) {
  if (secondsPerStep >= 1)
    return fmt::format("{:.0f}s/step", secondsPerStep);
  if (secondsPerStep >= 1e-3)
    return fmt::format("{:.0f}ms/step", secondsPerStep * 1e3);
  return fmt::format("{:.0f}us/step", secondsPerStep * 1e6);
}

/// "12s", "3:05" or "1:02:05".
static std::string duration(double seconds) {
  const auto all = std::llround(seconds);
  if (all < 60)
    return fmt::format("{}s", all);
  if (all < 3600)
    return fmt::format("{}:{:02}", all / 60, all % 60);
  return fmt::format("{}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60);
}

static std::string metricsText(const Metrics &metrics) {
  std::string text;
  for (const auto &[name, value] : metrics)
    text += std::abs(value) > 1e-3 || value == 0
                ? fmt::format(" - {}: {:.4f}", name, value)
                : fmt::format(" - {}: {:.4e}", name, value);
  return text;
}

/// "12/235", or "12/Unknown" while the data goes on.
static std::string count(std::int64_t done, std::optional<std::int64_t> steps) {
  return steps ? fmt::format("{}/{}", done, *steps)
               : fmt::format("{}/Unknown", done);
}

/// " [=>......]", or nothing if there is no room for it.
static std::string bar(std::int64_t done, std::int64_t steps,
                       std::int64_t room) {
  const auto *fits = std::ranges::find_if(kBarWidths, [&](std::int64_t width) {
    return width + static_cast<std::int64_t>(std::strlen(" []")) <= room;
  });
  if (fits == kBarWidths.end())
    return {};
  const std::int64_t width = *fits;
  const std::int64_t filled = done * width / steps;
  if (filled >= width)
    return fmt::format(" [{:=<{}}]", "", width);
  return fmt::format(" [{:=<{}}>{:.<{}}]", "", filled, "", width - filled - 1);
}

/// Columns of the terminal. One that does not tell its size (a serial line) may
/// have it in COLUMNS, as for ls.
static std::int64_t terminalWidth() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    return size.ws_col;
  std::int64_t columns = 0;
  if (const char *text = std::getenv("COLUMNS"))
    std::from_chars(text, text + std::strlen(text), columns);
  return columns > 0 ? columns : 80;
}

/// `line` without the values at its end that reach beyond `width` columns.
/// Bytes are counted, which are never fewer than columns.
static std::string fitted(std::string line, std::int64_t width) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(width, 0));
  while (line.size() > most) {
    const std::size_t last = line.rfind(" - ");
    line.resize(last == std::string::npos ? most : last);
  }
  return line;
}

Progress::Progress(int verbose)
    : mode(verbose == 0                            ? Mode::Silent
           : verbose == 1 && isatty(STDOUT_FILENO) ? Mode::Redrawn
                                                   : Mode::Log) {}

void Progress::leaveLine() {
  if (midLine)
    fmt::print("\n");
  midLine = false;
  std::fflush(stdout);
}

void Progress::begin(std::string newTitle, std::optional<std::int64_t> newSteps,
                     std::int64_t done) {
  title = std::move(newTitle);
  steps = newSteps;
  doneBefore = done;
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

double Progress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

double Progress::secondsPerStep(std::int64_t done) const {
  return elapsed() /
         static_cast<double>(std::max<std::int64_t>(1, done - doneBefore));
}

void Progress::redraw(std::int64_t done, const Metrics &metrics) {
  const std::string head = count(done, steps);
  std::string tail =
      steps ? fmt::format(" - ETA: {}",
                          duration(secondsPerStep(done) *
                                   static_cast<double>(*steps - done)))
            : fmt::format(" - {} {}", duration(elapsed()),
                          pace(secondsPerStep(done)));
  tail += metricsText(metrics);
  // The last column stays free: some terminals wrap when it is written.
  const std::int64_t width = terminalWidth() - 1;
  const auto used = static_cast<std::int64_t>(head.size() + tail.size());
  const std::string line =
      head + (steps ? bar(done, *steps, width - used) : std::string()) + tail;
  fmt::print("\r\x1b[K{}", fitted(line, width));
  midLine = true;
  std::fflush(stdout);
}

void Progress::end(std::int64_t done, const Metrics &metrics) {
  if (mode == Mode::Silent)
    return;
  const std::string head = count(done, steps ? *steps : done);
  const std::string tail =
      fmt::format(" - {} {}{}", duration(elapsed()), pace(secondsPerStep(done)),
                  metricsText(metrics));
  if (mode == Mode::Redrawn) {
    const std::int64_t room = terminalWidth() - 1 -
                              static_cast<std::int64_t>(head.size()) -
                              static_cast<std::int64_t>(tail.size());
    fmt::print("\r\x1b[K{}{}{}\n", head, bar(done, steps ? *steps : done, room),
               tail);
  } else {
    fmt::print("{}{}{}{}\n", title, title.empty() ? "" : " - ", head, tail);
  }
  midLine = false;
  std::fflush(stdout);
}

void Progress::print(const std::string &line) {
  fmt::print("{}{}\n", midLine ? "\r\x1b[K" : "", line);
  midLine = false;
  std::fflush(stdout);
}
