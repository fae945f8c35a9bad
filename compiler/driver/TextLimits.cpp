//===- TextLimits.cpp - what a parser cannot be given ---------------------===//

#include "driver/TextLimits.h"

using namespace ingot::driver;

/// Where the string or comment that begins at `at` ends, or `at`.
static size_t skip(llvm::StringRef text, size_t at) {
  if (text.substr(at).starts_with("//"))
    return std::min(text.find('\n', at), text.size()) - 1;
  if (text[at] != '"')
    return at;
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
    at += text[at] == '\\';
  return at;
}

std::optional<unsigned> ingot::driver::lineNestedTooDeep(llvm::StringRef text) {
  // Signs of an expression nest too: `- - - x`.
  unsigned depth = 0, signs = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    i = skip(text, i);
    if (i >= text.size())
      break;
    const char c = text[i];
    if (c == '-')
      signs += 1;
    else if (!llvm::isSpace(c))
      signs = 0;
    if (c == '(' || c == '[' || c == '{' || c == '<')
      ++depth;
    // `->` closes nothing.
    else if ((c == ')' || c == ']' || c == '}' || (c == '>' && (i == 0 || text[i - 1] != '-'))) && depth > 0)
      --depth;
    if (depth > deepestNesting || signs > deepestNesting)
      return static_cast<unsigned>(text.take_front(i).count('\n') + 1);
  }
  return std::nullopt;
}
