//===- Names.h - names of layers, and names that are misspelt --*- C++ -*-===//
#pragma once

#include "graph/Wording.h"
#include "ingot/ModelError.h"
#include "ingot/Spec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

/// `given`, which must be legal, or the next automatic name of the class:
/// `dense`, `dense_1`, ... Keras counts per process; this counts per thread, so
/// that models can be recorded in several.
std::string chooseName(const std::string &given, std::string_view className,
                       const SourceLocation &loc);

/// Keras' snake case: "InputLayer" -> "input_layer".
std::string toSnakeCase(std::string_view className);

/// A name that users may spell in several ways.
struct KnownName {
  std::string_view canonical;
  std::vector<std::string_view> aliases = {};
};

/// The canonical name of `word`; nullopt if it is none of `known`.
std::optional<std::string_view> findName(std::string_view word,
                                         const std::vector<KnownName> &known);

/// The canonical name of what `spec` names. Class names and snake case mean the
/// same ("HeNormal", "he_normal"). An unknown one throws Unsupported with a
/// hint: "there is no `kind` `spec`; did you mean ...?".
std::string_view canonicalName(std::string_view kind, const Spec &spec,
                               const std::vector<KnownName> &known);

} // namespace ingot
