//===- Names.h - names that are not there ----------------------*- C++ -*-===//
//
// What messages about names have in common: the names that there are, and the
// one that was probably meant.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::rt {

/// "`a`, `b`"; "nothing" if there are none.
std::string quoted(const std::vector<std::string> &names);

/// "; did you mean `x`?" for the one of `known` that `word` is most likely
/// meant to be, or "".
std::string suggestion(std::string_view word,
                       const std::vector<std::string> &known);

} // namespace ingot::rt
