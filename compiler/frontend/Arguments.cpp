//===- Arguments.cpp - reading arguments by Keras' names ------------------===//

#include "frontend/Arguments.h"

#include "graph/Wording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace ingot {

static std::string toText(const Spec::Value &value) {
  return std::visit(
      [](const auto &held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>)
          return fmt::format("\"{}\"", held);
        else
          return fmt::format("{}", held);
      },
      value);
}

const Spec::Value *Arguments::find(const std::string &name) {
  read.insert(name);
  auto it = values.find(name);
  return it == values.end() ? nullptr : &it->second;
}

void Arguments::wrongType(const std::string &name, const char *expected) const {
  throw Error(fmt::format("`{}` is {}; must be {}", name, toText(values.at(name)),
                          expected),
              place);
}

/// What must hold, or nullptr if it does.
static const char *violatedRule(double value, Range range) {
  if (!std::isfinite(value))
    return "finite";
  switch (range) {
  case Range::Finite:
    return nullptr;
  case Range::Positive:
    return value > 0 ? nullptr : "positive";
  case Range::NonNegative:
    return value >= 0 ? nullptr : "at least 0";
  case Range::ZeroToOne:
    return value >= 0 && value <= 1 ? nullptr : "in [0, 1]";
  case Range::BelowOne:
    return value >= 0 && value < 1 ? nullptr : "in [0, 1)";
  }
  return nullptr;
}

double Arguments::number(const std::string &name, double fallback,
                         Range range) {
  const Spec::Value *value = find(name);
  double number = fallback;
  if (value) {
    if (auto *real = std::get_if<double>(value))
      number = *real;
    else if (auto *whole = std::get_if<int64_t>(value))
      number = static_cast<double>(*whole);
    else
      wrongType(name, "a number");
  }
  if (const char *rule = violatedRule(number, range))
    throw Error(fmt::format("`{}` is {}; must be {}", name, number, rule), place);
  return number;
}

bool Arguments::boolean(const std::string &name, bool fallback) {
  const Spec::Value *value = find(name);
  if (!value)
    return fallback;
  if (auto *flag = std::get_if<bool>(value))
    return *flag;
  wrongType(name, "true or false");
}

std::string Arguments::string(const std::string &name, const std::string &fallback) {
  const Spec::Value *value = find(name);
  if (!value)
    return fallback;
  if (auto *text = std::get_if<std::string>(value))
    return *text;
  wrongType(name, "a string");
}

int64_t Arguments::integer(const std::string &name) {
  const Spec::Value *value = find(name);
  if (!value)
    throw Error(fmt::format("`{}` has no `{}`", owner, name), place);
  if (auto *whole = std::get_if<int64_t>(value))
    return *whole;
  wrongType(name, "an integer");
}

std::vector<int64_t> Arguments::integers(const std::string &name) {
  const Spec::Value *value = find(name);
  if (!value)
    throw Error(fmt::format("`{}` has no `{}`", owner, name), place);
  if (auto *list = std::get_if<std::vector<int64_t>>(value))
    return *list;
  wrongType(name, "a list of integers");
}

std::vector<int64_t> Arguments::integerPerAxis(const std::string &name, size_t count,
                                               std::optional<std::vector<int64_t>> fallback) {
  const Spec::Value *value = find(name);
  if (!value && fallback)
    return *fallback;
  if (value && std::holds_alternative<std::vector<int64_t>>(*value)) {
    std::vector<int64_t> list = integers(name);
    if (list.size() != count)
      throw Error(fmt::format("`{}` has {}; must be one, or {}", name, counted(list.size(), "integer"), count), place);
    return list;
  }
  return std::vector<int64_t>(count, integer(name));
}

std::optional<uint64_t> Arguments::seed() {
  if (!find("seed"))
    return std::nullopt;
  const int64_t seed = integer("seed");
  if (seed < 0)
    throw Error(fmt::format("`seed` is {}; must be at least 0", seed), place);
  return static_cast<uint64_t>(seed);
}

void Arguments::ignore(std::initializer_list<const char *> names) {
  read.insert(names.begin(), names.end());
}

void Arguments::expect(const std::string &name, const Spec::Value &expected) {
  const Spec::Value *value = find(name);
  if (value && *value != expected)
    throw Unsupported(name,
                      fmt::format("`{}` of `{}` is {}; only {} is supported", name,
                                  owner, toText(*value), toText(expected)),
                      place);
}

void Arguments::finish() const {
  for (const auto &[name, value] : values)
    if (!read.count(name))
      throw Unsupported(name,
                        fmt::format("argument `{}` of `{}` is not supported{}", name, owner,
                                    didYouMean(name, {read.begin(), read.end()})),
                        place);
}

} // namespace ingot
