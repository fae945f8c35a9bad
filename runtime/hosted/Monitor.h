//===- Monitor.h - a value that callbacks watch ----------------*- C++ -*-===//
//
// What EarlyStopping and its like have in common: finding a value in the logs
// of an epoch, and telling whether it has become better.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/callback.h"

namespace ingot::rt {

class Monitor {
public:
  /// `callback` is what a warning names. Throws Error if `mode` is not "min",
  /// "max" or "auto", or if it is "auto" and the name does not tell.
  Monitor(std::string callback, std::string name, const std::string &mode,
          double minDelta = 0);

  /// The value in `logs`. If there is none where there should be one, the first
  /// call warns through `training`.
  std::optional<double> find(const Metrics &logs, const CallbackParams &params,
                             Training &training);

  /// Whether `value` is better than `reference` by more than the minimum;
  /// always if there is no reference. NaN is never better.
  bool isBetter(double value, std::optional<double> reference) const;

  const std::string &name() const { return key; }

private:
  std::string callback, key;
  bool goesDown;
  double minDelta;
  bool hasWarned = false;
};

} // namespace ingot::rt
