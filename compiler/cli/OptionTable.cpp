//===- OptionTable.cpp - the flags of a tool, as data ---------------------===//

#include "cli/OptionTable.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>

#include <algorithm>

namespace cl = llvm::cl;

namespace ingot::cli {

/// The words of `soft | hard`; none of `N | entry:N,...`, which stands for
/// more.
static std::vector<std::string> alternatives(llvm::StringRef value) {
  llvm::SmallVector<llvm::StringRef> words;
  value.split(words, " | ");
  const bool areWords =
      words.size() > 1 && llvm::all_of(words, [](llvm::StringRef word) {
        return llvm::all_of(word, [](char c) {
          return llvm::isDigit(c) || (c >= 'a' && c <= 'z');
        });
      });
  return areWords ? std::vector<std::string>(words.begin(), words.end())
                  : std::vector<std::string>();
}

OptionTable
readOptionTable(const std::string &tool, const std::string &overview,
                const std::map<std::string, std::vector<std::string>> &names) {
  OptionTable table;
  table.tool = tool;
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(overview).split(lines, '\n', -1, /*KeepEmpty=*/false);
  table.purpose = lines.front().split(": ").second.str();
  if (table.purpose.empty())
    table.purpose = lines.front().str();
  for (llvm::StringRef line : lines)
    if (line.trim().consume_front(tool + " "))
      table.usages.push_back(line.trim().split(' ').second.str());

  for (const auto &entry : cl::getRegisteredOptions()) {
    const cl::Option &option = *entry.second;
    if (option.getOptionHiddenFlag() != cl::NotHidden)
      continue;
    TableOption row;
    row.name = option.ArgStr.str();
    row.description = option.HelpStr.str();
    if (option.getValueExpectedFlag() == cl::ValueRequired)
      row.value = option.ValueStr.empty() ? "value" : option.ValueStr.str();
    auto named = names.find(row.name);
    row.values = named != names.end() ? named->second : alternatives(row.value);
    row.isList = option.getMiscFlags() & cl::CommaSeparated;
    row.isJoined = option.getFormattingFlag() == cl::Prefix;
    table.options.push_back(std::move(row));
  }
  std::sort(table.options.begin(), table.options.end(),
            [](const TableOption &a, const TableOption &b) {
              return a.name < b.name;
            });
  return table;
}

std::vector<std::string> OptionTable::verbs() const {
  std::vector<std::string> verbs;
  for (const std::string &usage : usages) {
    const llvm::StringRef word = llvm::StringRef(usage).split(' ').first;
    if (llvm::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }))
      verbs.push_back(word.str());
  }
  return verbs;
}

} // namespace ingot::cli
