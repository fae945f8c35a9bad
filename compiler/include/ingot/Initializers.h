//===- Initializers.h - first values and penalties of weights --*- C++ -*-===//
//
//   Dense(64, {.kernel_initializer = "he_normal", .kernel_regularizer = L2(1e-4)})
//
// Fields stand in the order of Keras' signature, as C++ wants designated
// initializers to. Formulas are Keras 3's.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Spec.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ingot {

/// How a weight gets its first value: a string ("glorot_uniform", "zeros") or
/// one of the objects below.
class Initializer : public Spec {
public:
  using Spec::Spec;
};

/// A penalty on a weight that is added to the loss: "l1", "l2", "l1_l2" (0.01
/// each) or one of the objects below.
class Regularizer : public Spec {
public:
  using Spec::Spec;
};

struct Zeros : Initializer {
  Zeros(SourceLocation loc = std::source_location::current());
};
struct Ones : Initializer {
  Ones(SourceLocation loc = std::source_location::current());
};
struct Constant : Initializer {
  Constant(double value = 0,
           SourceLocation loc = std::source_location::current());
};

struct RandomUniformOptions {
  double minval = -0.05;
  double maxval = 0.05;
  /// Without a seed, the one given to `NAME_init` is used.
  std::optional<int64_t> seed = {};
};
/// Uniform in [minval, maxval).
struct RandomUniform : Initializer {
  RandomUniform(const RandomUniformOptions &options = {},
                SourceLocation loc = std::source_location::current());
};

struct RandomNormalOptions {
  double mean = 0;
  double stddev = 0.05;
  std::optional<int64_t> seed = {};
};
struct RandomNormal : Initializer {
  RandomNormal(const RandomNormalOptions &options = {},
               SourceLocation loc = std::source_location::current());
};
/// As RandomNormal; values beyond two standard deviations are drawn again.
struct TruncatedNormal : Initializer {
  TruncatedNormal(const RandomNormalOptions &options = {},
                  SourceLocation loc = std::source_location::current());
};

struct VarianceScalingOptions {
  double scale = 1;
  /// "fan_in", "fan_out" or "fan_avg".
  std::string mode = "fan_in";
  /// "truncated_normal", "untruncated_normal" or "uniform".
  std::string distribution = "truncated_normal";
  std::optional<int64_t> seed = {};
};
/// Variance `scale / fan`.
struct VarianceScaling : Initializer {
  VarianceScaling(const VarianceScalingOptions &options = {},
                  SourceLocation loc = std::source_location::current());
};

struct SeedOption {
  std::optional<int64_t> seed = {};
};
struct GlorotUniform : Initializer {
  GlorotUniform(const SeedOption &options = {},
                SourceLocation loc = std::source_location::current());
};
struct GlorotNormal : Initializer {
  GlorotNormal(const SeedOption &options = {},
               SourceLocation loc = std::source_location::current());
};
struct HeUniform : Initializer {
  HeUniform(const SeedOption &options = {},
            SourceLocation loc = std::source_location::current());
};
struct HeNormal : Initializer {
  HeNormal(const SeedOption &options = {},
           SourceLocation loc = std::source_location::current());
};
struct LecunUniform : Initializer {
  LecunUniform(const SeedOption &options = {},
               SourceLocation loc = std::source_location::current());
};
struct LecunNormal : Initializer {
  LecunNormal(const SeedOption &options = {},
              SourceLocation loc = std::source_location::current());
};

struct OrthogonalOptions {
  double gain = 1;
  std::optional<int64_t> seed = {};
};
/// Orthonormal rows, or columns if there are fewer, times `gain`; all axes but
/// the last are one. Of rank >= 2.
struct Orthogonal : Initializer {
  Orthogonal(const OrthogonalOptions &options = {},
             SourceLocation loc = std::source_location::current());
};

/// `l1 * sum|w|`; l1 >= 0.
struct L1 : Regularizer {
  L1(double l1 = 0.01, SourceLocation loc = std::source_location::current());
};
/// `l2 * sum w^2`; l2 >= 0.
struct L2 : Regularizer {
  L2(double l2 = 0.01, SourceLocation loc = std::source_location::current());
};
struct L1L2Options {
  double l1 = 0;
  double l2 = 0;
};
struct L1L2 : Regularizer {
  L1L2(const L1L2Options &options = {},
       SourceLocation loc = std::source_location::current());
};

} // namespace ingot
