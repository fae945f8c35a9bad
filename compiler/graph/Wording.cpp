//===- Wording.cpp - words that messages share ----------------------------===//

#include "graph/Wording.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace ingot {

std::string counted(size_t count, std::string_view noun, std::string_view plural) {
  std::string text = std::to_string(count) + " ";
  if (count != 1 && !plural.empty())
    return text.append(plural);
  return text.append(noun) + (count == 1 ? "" : "s");
}

std::string quotedList(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

//===----------------------------------------------------------------------===//
// Misspelt names
//===----------------------------------------------------------------------===//

/// What names have in common that look alike: "HeNormal", "he_normal", "he-normal".
static std::string simplify(std::string_view name) {
  std::string simple;
  for (char c : name)
    if (c != '_' && c != '-')
      simple += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return simple;
}

/// Letters to insert, remove, replace or swap with their neighbour.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last.back();
}

/// "main_output" -> {"main", "output"}
static std::vector<std::string> sortedWords(std::string_view name) {
  std::vector<std::string> words(1);
  for (char c : name) {
    if (c == '_' || c == '-')
      words.emplace_back();
    else
      words.back() += c;
  }
  std::sort(words.begin(), words.end());
  return words;
}

/// The only name that has `word` in it, or that `word` has in it.
static std::string onlyContaining(const std::string &word, const std::vector<std::string> &known) {
  std::string found;
  for (const std::string &name : known) {
    const std::string simple = simplify(name);
    const auto &[part, whole] = std::minmax(word, simple, [](const auto &a, const auto &b) { return a.size() < b.size(); });
    // Two letters are in too many words.
    if (part.size() < 3 || whole.find(part) == std::string::npos)
      continue;
    if (!found.empty())
      return "";
    found = name;
  }
  return found;
}

std::string misspeltName(std::string_view word, const std::vector<std::string> &known) {
  const std::string simple = simplify(word);
  // Of two letters a mistake leaves nothing to tell by; `input` is not `output`.
  size_t best = simple.size() < 3 ? 1 : std::max<size_t>((simple.size() + 1) / 5, 1) + 1;
  std::string nearest;
  for (const std::string &name : known)
    if (const size_t distance = editDistance(simple, simplify(name)); distance < best) {
      best = distance;
      nearest = name;
    }
  return nearest;
}

std::string nearestName(std::string_view word, const std::vector<std::string> &known) {
  if (std::string misspelt = misspeltName(word, known); !misspelt.empty())
    return misspelt;
  for (const std::string &name : known)
    if (sortedWords(name) == sortedWords(word))
      return name;
  return onlyContaining(simplify(word), known);
}

std::string didYouMean(std::string_view word, const std::vector<std::string> &known) {
  const std::string nearest = nearestName(word, known);
  return nearest.empty() ? "" : "; did you mean `" + nearest + "`?";
}

std::string hintOrList(std::string_view word, const std::vector<std::string> &known) {
  const std::string nearest = nearestName(word, known);
  return nearest.empty() ? "known are " + quotedList(known) : "did you mean `" + nearest + "`?";
}

} // namespace ingot
