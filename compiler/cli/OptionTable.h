//===- OptionTable.h - the flags of a tool, as data -------------*- C++ -*-===//
//
// What `--help` prints, for those that print it otherwise: shells, which
// complete command lines, and man.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ingot::cli {

/// One flag that `--help` shows.
struct TableOption {
  std::string name;  ///< `emit`, without dashes
  std::string value; ///< what `--help` calls its value; empty: it has none
  std::string description;         ///< one line, lower case
  std::vector<std::string> values; ///< all that it takes; empty: anything
  bool isList = false;             ///< takes several, with commas
  bool isJoined = false;           ///< `-O2`: value without a separator

  /// `--emit`, `-o`.
  std::string spelling() const {
    return (name.size() == 1 ? "-" : "--") + name;
  }
};

/// A tool and all that can follow its name.
struct OptionTable {
  std::string tool;    ///< as it is called, without its folder
  std::string purpose; ///< the overview's first line
  /// The overview's lines that begin with the tool's name, without the name.
  std::vector<std::string> usages;
  std::vector<TableOption> options; ///< by name

  /// Usages may begin with a word that says what to do: `verify`.
  std::vector<std::string> verbs() const;
};

/// Reads the flags that are registered with LLVM's parser. `names` has, by
/// flag, what is taken by those that name things; a flag whose value is
/// described as `soft | hard` says so itself.
OptionTable
readOptionTable(const std::string &tool, const std::string &overview,
                const std::map<std::string, std::vector<std::string>> &names);

/// A script that makes a shell complete the tool's command line.
std::string bashCompletion(const OptionTable &table);
std::string fishCompletion(const OptionTable &table);

/// The tool's page for man, in mdoc.
std::string manPage(const OptionTable &table);

} // namespace ingot::cli
