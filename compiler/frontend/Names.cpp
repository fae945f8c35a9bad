//===- Names.cpp - names of layers, and names that are misspelt -----------===//

#include "frontend/Names.h"

#include "ingot/Model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace ingot {

//===----------------------------------------------------------------------===//
// Automatic names
//===----------------------------------------------------------------------===//

/// How often each automatic name was given.
static std::map<std::string, unsigned> &nameCounts() {
  static thread_local std::map<std::string, unsigned> counts;
  return counts;
}

void clear_session() { nameCounts().clear(); }

static bool isUpper(char c) { return std::isupper(static_cast<unsigned char>(c)); }
static bool isLower(char c) { return std::islower(static_cast<unsigned char>(c)); }
static char toLower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string toSnakeCase(std::string_view className) {
  std::string result;
  for (size_t i = 0; i < className.size(); ++i) {
    const bool startsWord = i > 0 && isUpper(className[i]) &&
                            (isLower(className[i - 1]) ||
                             (i + 1 < className.size() && isLower(className[i + 1])));
    if (startsWord)
      result += '_';
    result += toLower(className[i]);
  }
  return result;
}

static bool isLegal(const std::string &name) {
  auto isWord = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return isWord(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
           return isWord(static_cast<unsigned char>(c)) || c == '-';
         });
}

std::string chooseName(const std::string &given, std::string_view className,
                       const SourceLocation &loc) {
  if (given.empty()) {
    const std::string base = toSnakeCase(className);
    const unsigned count = nameCounts()[base]++;
    return count ? fmt::format("{}_{}", base, count) : base;
  }
  if (!isLegal(given))
    throw Error(fmt::format("`name` is \"{}\"; must consist of letters, digits, "
                            "`_` and `-`, and not begin with `-`", given),
                loc);
  return given;
}

//===----------------------------------------------------------------------===//
// Misspelt names
//===----------------------------------------------------------------------===//

/// What spellings of one name have in common: no underscores, lower case.
static std::string spellingKey(std::string_view name) {
  std::string key;
  for (char c : name)
    if (c != '_')
      key += toLower(c);
  return key;
}

std::optional<std::string_view> findName(std::string_view word,
                                         const std::vector<KnownName> &known) {
  const std::string key = spellingKey(word);
  for (const KnownName &name : known) {
    if (spellingKey(name.canonical) == key)
      return name.canonical;
    for (std::string_view alias : name.aliases)
      if (spellingKey(alias) == key)
        return name.canonical;
  }
  return std::nullopt;
}

std::string_view canonicalName(std::string_view kind, const Spec &spec,
                               const std::vector<KnownName> &known) {
  if (std::optional<std::string_view> name = findName(spec.name(), known))
    return *name;
  std::vector<std::string> names;
  for (const KnownName &name : known)
    names.emplace_back(name.canonical);
  throw Unsupported(spec.name(),
                    fmt::format("there is no {} `{}`; {}", kind, spec.name(), hintOrList(spec.name(), names)),
                    spec.location());
}

} // namespace ingot
