//===- Initializers.cpp - initializers and regularizers -------------------===//
//
// Formulas: keras/src/initializers/random_initializers.py.
//
//===----------------------------------------------------------------------===//

#include "frontend/Arguments.h"
#include "frontend/Names.h"
#include "frontend/Resolve.h"
#include "ingot/Initializers.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ingot {

using graph::Shape;
using Kind = graph::Initializer::Kind;

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

static Spec::Arguments withSeed(std::optional<int64_t> seed,
                                Spec::Arguments arguments = {}) {
  if (seed)
    arguments["seed"] = *seed;
  return arguments;
}

Zeros::Zeros(SourceLocation loc) : Initializer("Zeros", {}, std::move(loc)) {}
Ones::Ones(SourceLocation loc) : Initializer("Ones", {}, std::move(loc)) {}
Constant::Constant(double value, SourceLocation loc)
    : Initializer("Constant", {{"value", value}}, std::move(loc)) {}

RandomUniform::RandomUniform(const RandomUniformOptions &options, SourceLocation loc)
    : Initializer("RandomUniform",
                  withSeed(options.seed, {{"minval", options.minval},
                                          {"maxval", options.maxval}}),
                  std::move(loc)) {}
RandomNormal::RandomNormal(const RandomNormalOptions &options, SourceLocation loc)
    : Initializer("RandomNormal",
                  withSeed(options.seed, {{"mean", options.mean},
                                          {"stddev", options.stddev}}),
                  std::move(loc)) {}
TruncatedNormal::TruncatedNormal(const RandomNormalOptions &options,
                                 SourceLocation loc)
    : Initializer("TruncatedNormal",
                  withSeed(options.seed, {{"mean", options.mean},
                                          {"stddev", options.stddev}}),
                  std::move(loc)) {}
VarianceScaling::VarianceScaling(const VarianceScalingOptions &options,
                                 SourceLocation loc)
    : Initializer("VarianceScaling",
                  withSeed(options.seed, {{"scale", options.scale},
                                          {"mode", options.mode},
                                          {"distribution", options.distribution}}),
                  std::move(loc)) {}

GlorotUniform::GlorotUniform(const SeedOption &options, SourceLocation loc)
    : Initializer("GlorotUniform", withSeed(options.seed), std::move(loc)) {}
GlorotNormal::GlorotNormal(const SeedOption &options, SourceLocation loc)
    : Initializer("GlorotNormal", withSeed(options.seed), std::move(loc)) {}
HeUniform::HeUniform(const SeedOption &options, SourceLocation loc)
    : Initializer("HeUniform", withSeed(options.seed), std::move(loc)) {}
HeNormal::HeNormal(const SeedOption &options, SourceLocation loc)
    : Initializer("HeNormal", withSeed(options.seed), std::move(loc)) {}
LecunUniform::LecunUniform(const SeedOption &options, SourceLocation loc)
    : Initializer("LecunUniform", withSeed(options.seed), std::move(loc)) {}
LecunNormal::LecunNormal(const SeedOption &options, SourceLocation loc)
    : Initializer("LecunNormal", withSeed(options.seed), std::move(loc)) {}

Orthogonal::Orthogonal(const OrthogonalOptions &options, SourceLocation loc)
    : Initializer("Orthogonal", withSeed(options.seed, {{"gain", options.gain}}),
                  std::move(loc)) {}

L1::L1(double l1, SourceLocation loc)
    : Regularizer("L1", {{"l1", l1}}, std::move(loc)) {}
L2::L2(double l2, SourceLocation loc)
    : Regularizer("L2", {{"l2", l2}}, std::move(loc)) {}
L1L2::L1L2(const L1L2Options &options, SourceLocation loc)
    : Regularizer("L1L2", {{"l1", options.l1}, {"l2", options.l2}},
                  std::move(loc)) {}

//===----------------------------------------------------------------------===//
// Initializers
//===----------------------------------------------------------------------===//

namespace {
/// Numbers of inputs and outputs that meet in one element of a weight.
struct Fans {
  double in = 1;
  double out = 1;
};
} // namespace

static Fans computeFans(const Shape &shape) {
  if (shape.empty())
    return {};
  const auto last = static_cast<double>(shape.back());
  if (shape.size() == 1)
    return {last, last};
  // A convolution's kernel: (receptive field..., in, out).
  double field = 1;
  for (size_t i = 0; i + 2 < shape.size(); ++i)
    field *= static_cast<double>(shape[i]);
  return {field * static_cast<double>(shape[shape.size() - 2]), field * last};
}

static graph::Initializer varianceScaling(double scale, std::string_view mode,
                                          std::string_view distribution,
                                          const Shape &shape) {
  const Fans fans = computeFans(shape);
  const double fan = mode == "fan_in"    ? fans.in
                     : mode == "fan_out" ? fans.out
                                         : (fans.in + fans.out) / 2;
  scale /= std::max(1.0, fan);
  if (distribution == "uniform") {
    const double limit = std::sqrt(3 * scale);
    return {Kind::Uniform, -limit, limit, {}};
  }
  const double stddev = std::sqrt(scale);
  if (distribution == "untruncated_normal")
    return {Kind::Normal, 0, stddev, {}};
  // What cutting the tails off at two takes from the deviation is put back.
  return {Kind::TruncatedNormal, 0, stddev / 0.87962566103423978, {}};
}

static graph::Initializer customVarianceScaling(Arguments &arguments,
                                                const Shape &shape) {
  auto choose = [&](const std::string &name, const std::string &fallback,
                    const std::vector<KnownName> &known) {
    const Spec choice(arguments.string(name, fallback), {}, arguments.location());
    return canonicalName("`" + name + "`", choice, known);
  };
  const double scale = arguments.number("scale", 1, Range::Positive);
  const std::string_view mode =
      choose("mode", "fan_in", {{"fan_in"}, {"fan_out"}, {"fan_avg"}});
  const std::string_view distribution =
      choose("distribution", "truncated_normal",
             {{"truncated_normal", {"normal"}}, {"untruncated_normal"}, {"uniform"}});
  return varianceScaling(scale, mode, distribution, shape);
}

static graph::Initializer randomUniform(Arguments &arguments) {
  const double low = arguments.number("minval", -0.05);
  const double high = arguments.number("maxval", 0.05);
  if (low > high)
    throw Error(fmt::format("`minval` is {} and `maxval` is {}; the first must not be above the second", low, high),
                arguments.location());
  return {Kind::Uniform, low, high, {}};
}

static graph::Initializer randomNormal(Kind kind, Arguments &arguments) {
  const double mean = arguments.number("mean", 0);
  return {kind, mean, arguments.number("stddev", 0.05, Range::NonNegative), {}};
}

static graph::Initializer orthogonal(Arguments &arguments, const Shape &shape) {
  if (shape.size() < 2)
    throw Error(fmt::format("initializer `orthogonal` is given to a weight of rank {}; rank must be at least 2, rows and columns",
                            shape.size()),
                arguments.location());
  return {Kind::Orthogonal, arguments.number("gain", 1), 0, {}};
}

graph::Initializer resolveInitializer(const Spec &initializer, const Shape &shape) {
  static const std::vector<KnownName> known = {
      {"zeros", {"zero"}},    {"ones", {"one"}},
      {"constant"},           {"random_uniform", {"uniform"}},
      {"random_normal", {"normal"}}, {"truncated_normal"},
      {"variance_scaling"},   {"glorot_uniform", {"xavier_uniform"}},
      {"glorot_normal", {"xavier_normal"}}, {"he_uniform"},
      {"he_normal"},          {"lecun_uniform"},
      {"lecun_normal"},       {"orthogonal"}};
  const std::string_view name = canonicalName("initializer", initializer, known);
  Arguments arguments(initializer);
  const std::optional<uint64_t> seed = arguments.seed();
  arguments.ignore({"name", "dtype"});

  auto resolve = [&]() -> graph::Initializer {
    if (name == "zeros")
      return {Kind::Constant, 0, 0, {}};
    if (name == "ones")
      return {Kind::Constant, 1, 0, {}};
    if (name == "constant")
      return {Kind::Constant, arguments.number("value", 0), 0, {}};
    if (name == "random_uniform")
      return randomUniform(arguments);
    if (name == "random_normal")
      return randomNormal(Kind::Normal, arguments);
    if (name == "truncated_normal")
      return randomNormal(Kind::TruncatedNormal, arguments);
    if (name == "orthogonal")
      return orthogonal(arguments, shape);
    if (name == "variance_scaling")
      return customVarianceScaling(arguments, shape);
    // The rest are presets of variance scaling: glorot, he and lecun.
    if (name.starts_with("glorot"))
      return varianceScaling(1, "fan_avg",
                             name.ends_with("uniform") ? "uniform" : "truncated_normal", shape);
    return varianceScaling(name.starts_with("he") ? 2 : 1, "fan_in",
                           name.ends_with("uniform") ? "uniform" : "truncated_normal", shape);
  };
  graph::Initializer result = resolve();
  arguments.finish();
  result.seed = seed;
  return result;
}

//===----------------------------------------------------------------------===//
// Regularizers
//===----------------------------------------------------------------------===//

graph::Regularizer resolveRegularizer(const Spec &regularizer) {
  static const std::vector<KnownName> known = {{"l1"}, {"l2"}, {"l1_l2"}};
  if (regularizer.isNone())
    return {};
  const std::string_view name = canonicalName("regularizer", regularizer, known);
  // The string "l1_l2" is 0.01 each, the class without arguments 0.
  const double fallback = regularizer.name() == "L1L2" ? 0 : 0.01;
  Arguments arguments(regularizer);
  arguments.ignore({"name"});
  graph::Regularizer result;
  if (name != "l2")
    result.l1 = arguments.number("l1", fallback, Range::NonNegative);
  if (name != "l1")
    result.l2 = arguments.number("l2", fallback, Range::NonNegative);
  arguments.finish();
  return result;
}

} // namespace ingot
