//===- HostThreads.h - threads lent to a compiled model --------*- C++ -*-===//
#pragma once

#include "ingot/abi.h"

#include <cstdint>

namespace ingot::rt {

/// What calls of one model are given as `host`: threads of OpenMP, or none.
class HostThreads {
public:
  /// `wanted` threads; 0: as many as `desc` was compiled for, but no more than
  /// OpenMP has. Throws Error if it cannot be.
  HostThreads(const ingot_model_desc &desc, int wanted);

  int count() const { return static_cast<int>(lent.threads); }
  const ingot_host *host() const { return count() > 1 ? &lent : nullptr; }

  HostThreads(const HostThreads &) = delete;
  HostThreads &operator=(const HostThreads &) = delete;

private:
  static void parallelFor(void *context, std::uint32_t count,
                          void (*body)(void *, std::uint32_t), void *argument);

  ingot_host lent = {};
  bool flush;
};

} // namespace ingot::rt
