//===- Spec.h - a Keras object by name and arguments -----------*- C++ -*-===//
//
// What `"relu"`, `RMSprop({.rho = 0.8})` and `{"class_name": "L2", ...}` in a
// Keras JSON file have in common. Users meet it only as the type of arguments
// that take a string or an object.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/ModelError.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ingot {

/// A name and arguments under Keras' own names. Arguments that are absent have
/// Keras' defaults. It is checked where it is used, not where it is made.
class Spec {
public:
  using Value =
      std::variant<bool, int64_t, double, std::string, std::vector<int64_t>>;
  using Arguments = std::map<std::string, Value>;

  /// None: Keras' `None`.
  Spec() = default;
  Spec(std::string name, Arguments arguments, SourceLocation location)
      : spelling(std::move(name)), values(std::move(arguments)),
        place(std::move(location)) {}
  Spec(const char *name,
       SourceLocation location = std::source_location::current())
      : Spec(std::string(name), {}, std::move(location)) {}
  Spec(const std::string &name,
       SourceLocation location = std::source_location::current())
      : Spec(name, {}, std::move(location)) {}

  bool isNone() const { return spelling.empty(); }
  /// The name as the user spelt it.
  const std::string &name() const { return spelling; }
  const Arguments &arguments() const { return values; }
  /// Where the user wrote it.
  const SourceLocation &location() const { return place; }

private:
  std::string spelling;
  Arguments values;
  SourceLocation place;
};

/// An elementwise function, or softmax over the last axis. Known names: linear,
/// relu, relu6, tanh, sigmoid, softmax, elu, selu, softplus, softsign, silu
/// (swish), gelu, exponential, leaky_relu, hard_sigmoid.
class ActivationFunction : public Spec {
public:
  using Spec::Spec;
};

} // namespace ingot
