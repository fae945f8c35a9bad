//===- Usage.cpp - what is wrong with a command line ----------------------===//

#include "cli/Usage.h"

#include "graph/Wording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <regex>

namespace cl = llvm::cl;

namespace ingot::cli {

bool mistake(const std::string &message) {
  fmt::print(stderr, "ingot: error: {}\n", message);
  return false;
}

bool checkName(const std::string &name, const std::vector<std::string> &known, const char *what) {
  if (std::find(known.begin(), known.end(), name) != known.end())
    return true;
  return mistake(fmt::format("there is no {} `{}`; {}", what, name, hintOrList(name, known)));
}

bool checkChoice(const char *flag, const std::string &value, const std::vector<std::string> &known) {
  if (value.empty() || std::find(known.begin(), known.end(), value) != known.end())
    return true;
  return mistake(fmt::format("`--{}` is `{}`; must be `{}`", flag, value, fmt::join(known, "` or `")));
}

/// Every option, with its dashes; what only helps debugging is not proposed.
static std::vector<std::string> optionNames() {
  std::vector<std::string> names;
  for (const auto &[name, option] : cl::getRegisteredOptions())
    if (option->getOptionHiddenFlag() == cl::NotHidden)
      names.push_back((name.size() == 1 ? "-" : "--") + name.str());
  std::sort(names.begin(), names.end());
  return names;
}

/// One line of LLVM's parser in our words.
static std::string reword(const std::string &line) {
  std::smatch match;
  if (std::regex_match(line, match, std::regex("Unknown command line argument '([^=']*).*'\\..*")))
    return fmt::format("there is no option `{}`{}", match.str(1),
                       didYouMean(match.str(1), optionNames()));
  if (std::regex_match(line, match, std::regex("for the (-\\S+) option: Cannot find option named '(.*)'!")))
    return fmt::format("`{}` is `{}`, which it does not know; see --help", match.str(1), match.str(2));
  if (std::regex_match(line, match, std::regex("for the (-\\S+) option: requires a value!")))
    return fmt::format("`{}` has no value; must have one, as in `{}=value`", match.str(1), match.str(1));
  if (std::regex_match(line, match, std::regex("for the (-\\S+) option: (.*?)[!.]?")))
    return fmt::format("`{}`: {}", match.str(1), match.str(2));
  return line;
}

bool parseCommandLine(int argc, char **argv, const char *overview) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (cl::ParseCommandLineOptions(argc, argv, overview, &stream))
    return true;
  // Each line begins with the name of the program; guesses of LLVM's are left out.
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    line = line.substr(line.find(": ") + 2).trim();
    if (!line.starts_with("Did you mean"))
      mistake(reword(line.str()));
  }
  return false;
}

} // namespace ingot::cli
