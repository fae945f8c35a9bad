//===- Arguments.h - reading arguments by Keras' names ---------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"
#include "ingot/ModelError.h"
#include "ingot/Spec.h"

#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ingot {

/// Limits of a number; a value outside throws Error.
enum class Range {
  Finite,
  Positive,
  NonNegative,
  ZeroToOne, ///< [0, 1]
  BelowOne,  ///< [0, 1)
};

/// Reads the arguments of a layer, optimizer, loss, ... A wrong type or range
/// throws Error; finish() refuses with Unsupported what nobody has asked for.
class Arguments {
public:
  /// `owner` is for messages: "Dense". `arguments` must outlive this.
  Arguments(std::string owner, const Spec::Arguments &arguments,
            SourceLocation location)
      : owner(std::move(owner)), values(arguments), place(std::move(location)) {}
  explicit Arguments(const Spec &spec)
      : Arguments(spec.name(), spec.arguments(), spec.location()) {}

  bool has(const std::string &name) const { return values.count(name); }
  const SourceLocation &location() const { return place; }
  const std::string &ownerName() const { return owner; }

  double number(const std::string &name, double fallback,
                Range range = Range::Finite);
  bool boolean(const std::string &name, bool fallback);
  std::string string(const std::string &name, const std::string &fallback);
  std::optional<uint64_t> seed();
  /// These have no default: Keras has none either.
  int64_t integer(const std::string &name);
  std::vector<int64_t> integers(const std::string &name);
  /// `count` integers, or one that is all of them; `fallback` if there is none.
  std::vector<int64_t> integerPerAxis(const std::string &name, size_t count,
                                      std::optional<std::vector<int64_t>> fallback = {});

  /// These change nothing ahead of time, whatever their value.
  void ignore(std::initializer_list<const char *> names);
  /// This one may be given, but only with this value.
  void expect(const std::string &name, const Spec::Value &value);
  /// To be called when everything was read.
  void finish() const;

private:
  const Spec::Value *find(const std::string &name);
  [[noreturn]] void wrongType(const std::string &name, const char *expected) const;

  std::string owner;
  const Spec::Arguments &values;
  SourceLocation place;
  std::set<std::string> read;
};

} // namespace ingot
