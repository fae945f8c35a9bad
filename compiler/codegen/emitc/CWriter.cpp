//===- CWriter.cpp - lines of C, none too long ----------------------------===//

#include "codegen/emitc/CWriter.h"

using namespace llvm;
using namespace ingot::codegen;

/// The last space of `line` at which it may be broken, so that what is before fits, best
/// behind a comma or a `=`; the first behind that if there is none. Strings are kept whole.
static size_t findBreak(StringRef line, size_t from, size_t longest) {
  size_t best = StringRef::npos, comma = StringRef::npos;
  bool quoted = false;
  for (size_t i = from; i < line.size(); ++i) {
    if (line[i] == '\\' && quoted) {
      ++i;
      continue;
    }
    quoted ^= line[i] == '"';
    if (line[i] != ' ' || quoted)
      continue;
    if (i > longest && best != StringRef::npos)
      break;
    best = i;
    if (i > longest)
      break;
    if (i > from + 1 && (line[i - 1] == ',' || line.substr(i - 2, 2) == " ="))
      comma = i;
  }
  // Far to the left it would leave too much for the next line.
  return comma != StringRef::npos && comma > longest / 2 ? comma : best;
}

void CWriter::line(const Twine &statement) {
  std::string whole = std::string(2 * depth, ' ') + statement.str();
  const std::string continuation(2 * depth + 4, ' ');
  size_t indent = 2 * depth;
  while (whole.size() > longestLine) {
    const size_t at = findBreak(whole, indent, longestLine);
    if (at == StringRef::npos)
      break;
    text += whole.substr(0, at) + "\n";
    whole = continuation + whole.substr(at + 1);
    indent = continuation.size();
  }
  text += whole + "\n";
}

void CWriter::open(const Twine &statement) {
  line(statement);
  ++depth;
}

void CWriter::close(const Twine &statement) {
  --depth;
  line(statement);
}

void CWriter::when(const Twine &condition, const Twine &then) {
  const std::string head = ("if (" + condition + ") {").str(), whole = head + " " + then.str() + " }";
  if (2 * depth + whole.size() <= longestLine)
    return line(whole);
  open(head);
  line(then);
  close();
}

void CWriter::reopen(const Twine &statement) {
  close(statement);
  ++depth;
}

void CWriter::section(const Twine &title) {
  std::string text = ("/*===- " + title + " ").str();
  text.resize(std::max<size_t>(text.size(), 75), '-');
  blank();
  raw(text + "===*/\n");
}

void CWriter::comment(const Twine &words) {
  // A name may hold anything.
  std::string safe = words.str();
  for (size_t at = safe.find("*/"); at != std::string::npos; at = safe.find("*/"))
    safe.replace(at, 2, "* /");
  for (size_t at = safe.find("/*"); at != std::string::npos; at = safe.find("/*"))
    safe.replace(at, 2, "/ *");
  for (char &c : safe)
    if (static_cast<unsigned char>(c) < ' ')
      c = ' ';
  const std::string margin(2 * depth, ' ');
  std::string rest = margin + "/* " + safe + " */";
  while (rest.size() > longestLine) {
    const size_t at = findBreak(rest, margin.size() + 3, longestLine);
    if (at == StringRef::npos || at + 3 >= rest.size())
      break;
    text += rest.substr(0, at) + "\n";
    rest = margin + " * " + rest.substr(at + 1);
  }
  text += rest + "\n";
}
