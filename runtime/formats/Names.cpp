//===- Names.cpp - names that are not there ------------------------------===//
#include "Names.h"

#include "ingot/named_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>

using namespace ingot::rt;

std::string ingot::rt::quoted(const std::vector<std::string> &names) {
  return names.empty() ? "nothing"
                       : fmt::format("`{}`", fmt::join(names, "`, `"));
}

/// Levenshtein's distance; case does not count.
static std::size_t editDistance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return std::tolower(static_cast<unsigned char>(c));
  };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced =
          diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string ingot::rt::suggestion(std::string_view word,
                                  const std::vector<std::string> &known) {
  const std::string *nearest = nullptr;
  std::size_t best = word.size() / 3 + 2;
  for (const std::string &candidate : known) {
    const std::size_t distance = editDistance(word, candidate);
    // A guess that shares nothing with the word is no help.
    if (distance < best && distance < std::max(word.size(), candidate.size())) {
      best = distance;
      nearest = &candidate;
    }
  }
  return nearest ? fmt::format("; did you mean `{}`?", *nearest) : "";
}

void ingot::rt::detail::throwUnknownName(
    std::string_view name, const std::vector<std::string> &known) {
  throw Error(fmt::format("there is no `{}`; there is {}{}", name,
                          quoted(known), suggestion(name, known)));
}
