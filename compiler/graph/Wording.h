//===- Wording.h - words that messages share -------------------*- C++ -*-===//
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

/// "1 entry", "2 entries"; the plural is `noun` with an s if none is given.
std::string counted(size_t count, std::string_view noun, std::string_view plural = {});

/// "`a`, `b`, `c`".
std::string quotedList(const std::vector<std::string> &names);

/// The one of `known` that is `word` but for few mistakes, one in five letters, or "".
std::string misspeltName(std::string_view word, const std::vector<std::string> &known);

/// The one of `known` that `word` is most likely meant to be, or "": the misspelt
/// one, one that has the same words in another order, or the only one that has
/// `word` in it. A guess at more would be a joke.
std::string nearestName(std::string_view word, const std::vector<std::string> &known);

/// "; did you mean `b`?", or "".
std::string didYouMean(std::string_view word, const std::vector<std::string> &known);

/// "did you mean `b`?", or else "known are `a`, `b`, `c`".
std::string hintOrList(std::string_view word, const std::vector<std::string> &known);

} // namespace ingot
