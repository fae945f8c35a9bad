//===- ManPage.cpp - the page of a tool for man ---------------------------===//

#include "cli/OptionTable.h"

#include <fmt/format.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace ingot::cli {

/// Text that mdoc takes as text.
static std::string escaped(llvm::StringRef text) {
  std::string out;
  for (char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  // At the beginning of a line these would be a request.
  if (llvm::StringRef(out).starts_with(".") ||
      llvm::StringRef(out).starts_with("'"))
    out.insert(0, "\\&");
  return out;
}

/// Running text, in lines that people can edit.
static std::string wrapped(llvm::StringRef text) {
  std::string out, line;
  llvm::SmallVector<llvm::StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef word : words) {
    if (!line.empty() && line.size() + word.size() > 70) {
      out += escaped(line) + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word.str();
  }
  return out + escaped(line);
}

/// An argument of a macro: in quotes, so that none of its words is a macro.
static std::string argument(llvm::StringRef text) {
  std::string out = "\"";
  for (char c : escaped(text))
    out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return out + "\"";
}

static std::string flag(llvm::StringRef spelling) {
  const bool isLong = spelling.consume_front("--");
  if (!isLong)
    spelling.consume_front("-");
  return (isLong ? "Fl Fl " : "Fl ") + argument(spelling);
}

/// A usage, word by word: `verify DIR [--json]`.
static std::string synopsis(llvm::StringRef usage) {
  std::string out = ".Nm\n";
  llvm::SmallVector<llvm::StringRef> words;
  usage.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef word : words) {
    const bool optional = word.consume_front("[") && word.consume_back("]");
    const bool isVerb =
        llvm::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    const std::string macro = word.starts_with("-") ? flag(word)
                              : isVerb && !optional ? "Cm " + argument(word)
                                                    : "Ar " + argument(word);
    out += (optional ? ".Op " : ".") + macro + "\n";
  }
  return out;
}

static std::string item(const TableOption &option) {
  std::string out = ".It " + flag(option.spelling());
  if (!option.value.empty()) {
    // `-o path`, `--emit=names`, `-O2`
    out += option.isJoined           ? " Ns Ar "
           : option.name.size() == 1 ? " Ar "
                                     : " Ns = Ns Ar ";
    out += argument(option.value);
  }
  out += "\n" + wrapped(option.description);
  // `soft | hard` stands there already.
  if (!option.values.empty() &&
      llvm::join(option.values, " | ") != option.value) {
    out += ":\n";
    for (size_t i = 0; i < option.values.size(); ++i)
      out += ".Cm " + argument(option.values[i]) +
             (i + 1 < option.values.size() ? " ,\n" : " .\n");
    return out;
  }
  return out + ".\n";
}

std::string manPage(const OptionTable &table) {
  std::string page = fmt::format(
      ".Dd {}\n.Dt {} 1\n.Os\n.Sh NAME\n.Nm {}\n.Nd {}\n.Sh SYNOPSIS\n",
      INGOT_RELEASE_DATE, llvm::StringRef(table.tool).upper(), table.tool,
      escaped(table.purpose));
  if (table.usages.empty())
    page += synopsis("[options]");
  for (const std::string &usage : table.usages)
    page += synopsis(usage);
  page += ".Sh DESCRIPTION\nThe options are:\n.Bl -tag -width Ds\n";
  for (const TableOption &option : table.options)
    page += item(option);
  return page + R"(.El
.Pp
Text that is asked for goes to the standard output, diagnostics go to the
standard error output.
.Sh EXIT STATUS
.Ex -std
Nothing is written if an error occurs.
.Sh SEE ALSO
.Xr ingot-opt 1
)";
}

} // namespace ingot::cli
