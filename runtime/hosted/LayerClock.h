//===- LayerClock.h - what hooks measure -----------------------*- C++ -*-===//
#pragma once

#include "ingot/abi.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace ingot::rt {

/// Adds up the time between before_layer and after_layer, by id.
class LayerClock {
public:
  using Clock = std::chrono::steady_clock;

  struct Total {
    Clock::duration time{};
    std::int64_t calls = 0;
  };

  explicit LayerClock(const ingot_model_desc &desc)
      : desc(&desc), totals(ingot_layer_count(&desc)) {}

  void before() { began = Clock::now(); }
  void after(std::uint32_t id) {
    if (id >= totals.size())
      return;
    totals[id].time += Clock::now() - began;
    ++totals[id].calls;
  }

  /// The time from here to the end of a scope is that of an entry.
  class Entry {
  public:
    explicit Entry(LayerClock *clock) : clock(clock) {
      if (clock)
        began = Clock::now();
    }
    ~Entry() {
      if (clock)
        clock->inEntries += Clock::now() - began;
    }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;

  private:
    LayerClock *clock;
    Clock::time_point began;
  };

  const ingot_model_desc *desc;
  std::vector<Total> totals; ///< by id
  Clock::duration inEntries{};

private:
  Clock::time_point began;
};

} // namespace ingot::rt
