//===- Profiler.cpp - time of each layer ---------------------------------===//

#include "LayerClock.h"
#include "ModelImpl.h"

#include "ingot/profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

using namespace ingot::rt;

static double inSeconds(LayerClock::Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

static std::string directionsOf(std::uint32_t set) {
  std::string text;
  for (const auto &[bit, name] : {std::pair(INGOT_FORWARD, "forward"),
                                  {INGOT_BACKWARD, "backward"},
                                  {INGOT_UPDATE, "update"}})
    if (set & static_cast<std::uint32_t>(bit))
      text += (text.empty() ? "" : " + ") + std::string(name);
  return text;
}

Profiler::Profiler(ProfilerOptions options) : options(options) {}
Profiler::~Profiler() = default;

std::vector<LayerTime> Profiler::layers() const {
  std::vector<LayerTime> result;
  for (std::uint32_t id = 0; clock && id < clock->totals.size(); ++id) {
    const LayerClock::Total &total = clock->totals[id];
    const ingot_layer_desc &layer = *ingot_layer(clock->desc, id);
    if (total.calls)
      result.push_back({ingot_string(clock->desc, layer.name),
                        directionsOf(layer.directions), total.calls,
                        inSeconds(total.time)});
  }
  return result;
}

double Profiler::seconds() const {
  return clock ? inSeconds(clock->inEntries) : 0;
}

static std::string timeText(double seconds) {
  if (seconds >= 1)
    return fmt::format("{:.2f} s", seconds);
  return seconds >= 1e-3 ? fmt::format("{:.1f} ms", seconds * 1e3)
                         : fmt::format("{:.1f} us", seconds * 1e6);
}

std::string Profiler::table() const {
  std::vector<LayerTime> rows = layers();
  if (options.sort_by_time)
    std::ranges::sort(rows, std::ranges::greater(), &LayerTime::seconds);
  const double whole = seconds();
  LayerTime rest = {"(no layer)", "", 0, whole};
  for (const LayerTime &row : rows)
    rest.seconds -= row.seconds;
  rows.push_back(rest);
  rows.push_back({"all", "", 0, whole});

  std::size_t layer = 5, direction = 9;
  for (const LayerTime &row : rows) {
    layer = std::max(layer, row.layer.size());
    direction = std::max(direction, row.direction.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  {:>9}  {:>9}  {:>7}\n",
                                 "layer", layer, "direction", direction,
                                 "calls", "time", "share");
  for (const LayerTime &row : rows)
    text += fmt::format(
        "{:<{}}  {:<{}}  {:>9}  {:>9}  {:>5.1f} %\n", row.layer, layer,
        row.direction, direction, row.calls ? fmt::format("{}", row.calls) : "",
        timeText(row.seconds), whole > 0 ? 100 * row.seconds / whole : 0);
  return text;
}

void Profiler::set_model(Model &model) {
  Callback::set_model(model);
  depths.push_back(depth);
}

void Profiler::begin() {
  if (depth == 0) {
    CompiledModel &compiled = model().impl->compiled;
    if (!ingot_layer_count(&compiled.desc()))
      throw Error(fmt::format("`{}` calls no hooks, so there is no time of its "
                              "layers; compile it with `--instrument=layers`",
                              compiled.name()));
    // Times of another model are not added to.
    if (!clock || clock->desc != &compiled.desc())
      clock = std::make_shared<LayerClock>(compiled.desc());
    compiled.measure(clock);
    measured = &compiled;
  }
  ++depth;
}

void Profiler::end() {
  if (--depth)
    return;
  stop();
  if (options.verbose)
    fmt::print("{}", table());
}

void Profiler::stop() noexcept {
  if (CompiledModel *model = std::exchange(measured, nullptr))
    model->measure(nullptr);
}

void Profiler::on_leave() noexcept {
  // After a throw nobody has called end().
  depth = depths.back();
  depths.pop_back();
  if (depth == 0)
    stop();
}
