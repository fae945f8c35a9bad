//===- Completion.cpp - scripts that complete a command line --------------===//
//
// Written whole, so that the shell starts no program while somebody types.
//
//===----------------------------------------------------------------------===//

#include "cli/OptionTable.h"

#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace ingot::cli {

namespace {

/// What stands behind a flag whose value is no name of ours.
enum class Files { None, Any, Folders };

} // namespace

static Files filesOf(const TableOption &option) {
  const llvm::StringRef value(option.value);
  if (value == "directory")
    return Files::Folders;
  // `case.json`; but `N | entry:N,...` is no file.
  const bool isFile = value == "path" || value == "file" ||
                      (value.contains('.') && !value.contains(' '));
  return isFile ? Files::Any : Files::None;
}

static std::string join(const std::vector<std::string> &words) {
  return llvm::join(words, " ");
}

/// A name that shells accept for a function.
static std::string functionName(const std::string &tool) {
  std::string name = "_" + tool;
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return name;
}

std::string bashCompletion(const OptionTable &table) {
  std::string words, cases;
  for (const TableOption &option : table.options) {
    const std::string spelling = option.spelling();
    const bool isLong = option.name.size() > 1;
    if (option.isJoined)
      for (const std::string &value : option.values)
        words += " " + spelling + value;
    else
      words += " " + spelling + (isLong && !option.value.empty() ? "=" : "");
    if (option.value.empty() || option.isJoined)
      continue;
    std::string candidates;
    if (!option.values.empty() && option.isList)
      // Behind the last comma.
      candidates =
          R"(-P "$head" -W ")" + join(option.values) + R"(" -- "${cur##*,}")";
    else if (!option.values.empty())
      candidates = R"(-W ")" + join(option.values) + R"(" -- "$cur")";
    else if (filesOf(option) != Files::None)
      candidates = filesOf(option) == Files::Folders ? R"(-d -- "$cur")"
                                                     : R"(-f -- "$cur")";
    // Of files bash knows which are folders, and quotes what needs it.
    const char *files =
        filesOf(option) == Files::None ? "" : "; compopt -o filenames";
    cases += fmt::format(
        "  {}) COMPREPLY=({}){} ;;\n", spelling,
        candidates.empty() ? "" : "$(compgen " + candidates + ")", files);
  }
  const std::string name = functionName(table.tool);
  return fmt::format(
      R"(# bash completion of {tool}; written by `{tool} --completion=bash`
{name}() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} flag=${{COMP_WORDS[COMP_CWORD - 1]}} head=
  # bash takes `--flag=value` for three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $flag == = ]]; then
    flag=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  [[ $cur == *,* ]] && head=${{cur%,*}},
  case $flag in
{cases}  *)
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W "{words}" -- "$cur"))
      [[ ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace
    else
      COMPREPLY=($(compgen -f -- "$cur"))
      compopt -o filenames
      ((COMP_CWORD == 1)) && COMPREPLY+=($(compgen -W "{verbs}" -- "$cur"))
    fi
    ;;
  esac
  return 0
}}
complete -F {name} {tool}
)",
      fmt::arg("tool", table.tool), fmt::arg("name", name),
      fmt::arg("cases", cases),
      fmt::arg("words", words.substr(words.empty() ? 0 : 1)),
      fmt::arg("verbs", join(table.verbs())));
}

/// For fish, between single quotes.
static std::string quoted(llvm::StringRef text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\'' || c == '\\')
      escaped += '\\';
    escaped += c;
  }
  return "'" + escaped + "'";
}

std::string fishCompletion(const OptionTable &table) {
  std::string script = fmt::format(
      "# fish completion of {0}; written by `{0} --completion=fish`\n",
      table.tool);
  for (const std::string &verb : table.verbs())
    script += fmt::format("complete -c {} -n __fish_is_first_token -a {}\n",
                          table.tool, verb);
  for (const TableOption &option : table.options) {
    if (option.isJoined) {
      for (const std::string &value : option.values)
        script += fmt::format("complete -c {} -o {}{} -d {}\n", table.tool,
                              option.name, value, quoted(option.description));
      continue;
    }
    script += fmt::format("complete -c {} -{} {} -d {}", table.tool,
                          option.name.size() == 1 ? "s" : "l", option.name,
                          quoted(option.description));
    if (option.isList && !option.values.empty())
      script += fmt::format(
          " -x -a '(__fish_complete_list , \"printf %s\\\\\\\\n {}\")'",
          join(option.values));
    else if (!option.values.empty())
      script += fmt::format(" -x -a {}", quoted(join(option.values)));
    else if (!option.value.empty())
      script += filesOf(option) == Files::Folders
                    ? " -x -a '(__fish_complete_directories)'"
                : filesOf(option) == Files::Any ? " -r -F"
                                                : " -x";
    script += "\n";
  }
  return script;
}

} // namespace ingot::cli
