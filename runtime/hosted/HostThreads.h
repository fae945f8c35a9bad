//===- HostThreads.h - threads lent to a compiled model --------*- C++ -*-===//
#pragma once

#include "LayerClock.h"
#include "ingot/abi.h"

#include <cstdint>
#include <memory>

namespace ingot::rt {

/// What calls of one model are given as `host`: threads of OpenMP, or none, and
/// hooks while layers are measured.
class HostThreads {
public:
  /// `wanted` threads; 0: as many as `desc` was compiled for, but no more than
  /// OpenMP has. Throws Error if it cannot be.
  HostThreads(const ingot_model_desc &desc, int wanted);

  int count() const { return static_cast<int>(lent.threads); }
  const ingot_host *host() const {
    return count() > 1 || measured ? &lent : nullptr;
  }

  /// Hooks measure for `clock` from now on; null: there are none.
  void measure(std::shared_ptr<LayerClock> clock);
  LayerClock *clock() const { return measured.get(); }

  HostThreads(const HostThreads &) = delete;
  HostThreads &operator=(const HostThreads &) = delete;

private:
  static void parallelFor(void *context, std::uint32_t count,
                          void (*body)(void *, std::uint32_t), void *argument);

  static LayerClock &clockOf(void *context) {
    return *static_cast<HostThreads *>(context)->measured;
  }

  ingot_host lent = {};
  std::shared_ptr<LayerClock> measured;
  bool flush;
};

} // namespace ingot::rt
