//===- Monitor.cpp - a value that callbacks watch ------------------------===//
#include "Monitor.h"

#include "formats/Names.h"
#include "ingot/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

using namespace ingot::rt;

/// `name` without "val_" and without the number that tells metrics of one name
/// apart: "val_mae_1" is "mae".
static std::string_view stem(std::string_view name) {
  if (name.starts_with("val_"))
    name.remove_prefix(4);
  const std::size_t last = name.find_last_not_of("0123456789");
  if (last != std::string_view::npos && last > 0 && last + 1 < name.size() &&
      name[last] == '_')
    name = name.substr(0, last);
  return name;
}

/// Whether a value of that name gets better by going down; empty if the name
/// does not tell. With several outputs, an output's name stands in front.
static std::optional<bool> goesDownByName(std::string_view name) {
  static constexpr std::array<std::string_view, 7> down = {
      "loss", "error", "mae", "mse", "rmse", "crossentropy", "hinge"};
  static constexpr std::array<std::string_view, 5> up = {
      "accuracy", "acc", "precision", "recall", "auc"};
  const std::string_view what = stem(name);
  const auto isWordOf = [&](std::string_view word) {
    return what == word ||
           (what.ends_with(word) && what[what.size() - word.size() - 1] == '_');
  };
  if (std::ranges::any_of(down, isWordOf))
    return true;
  if (std::ranges::any_of(up, isWordOf))
    return false;
  return {};
}

static bool goesDown(const std::string &callback, const std::string &name,
                     const std::string &mode) {
  if (mode == "min" || mode == "max")
    return mode == "min";
  if (mode != "auto")
    throw Error(fmt::format("`mode` of {} is \"{}\"; must be \"auto\", \"min\" "
                            "or \"max\"",
                            callback, mode));
  if (const std::optional<bool> down = goesDownByName(name))
    return *down;
  throw Error(fmt::format("`mode` of {} is \"auto\" and the name `{}` does not "
                          "tell whether less or more is better; set it to "
                          "\"min\" or \"max\"",
                          callback, name));
}

Monitor::Monitor(std::string callback, std::string name,
                 const std::string &mode, double minDelta)
    : callback(std::move(callback)), key(std::move(name)),
      goesDown(::goesDown(this->callback, key, mode)),
      minDelta(std::abs(minDelta)) {}

std::optional<double> Monitor::find(const Metrics &logs,
                                    const CallbackParams &params,
                                    Training &training) {
  if (const double *value = logs.find(key))
    return *value;
  std::vector<std::string> names;
  bool validated = false;
  for (const auto &[name, value] : logs) {
    names.push_back(name);
    validated |= name.starts_with("val_");
  }
  // Without a validation in this epoch there is nothing to be missed.
  const bool isToCome =
      params.validates && !validated && key.starts_with("val_");
  if (!hasWarned && !isToCome) {
    hasWarned = true;
    training.warn(
        fmt::format("{} monitors `{}`, which there is not; there is {}{}{}",
                    callback, key, quoted(names),
                    key.starts_with("val_") && !params.validates
                        ? "; `fit` has no data to validate with"
                        : "",
                    suggestion(key, names)));
  }
  return {};
}

bool Monitor::isBetter(double value, std::optional<double> reference) const {
  if (!reference)
    return !std::isnan(value);
  return goesDown ? value + minDelta < *reference
                  : value - minDelta > *reference;
}
