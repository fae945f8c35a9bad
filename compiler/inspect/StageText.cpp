//===- StageText.cpp - a module as text that can be compared --------------===//
//
// MLIR numbers values that want the same name with one counter for all names, and
// writes the `/` of a path as `2F`; it numbers locations, too. So its text is taken
// and the names replaced: the printer says how it calls each value, and on which line
// each op is.
//
//===----------------------------------------------------------------------===//

#include "inspect/StageText.h"

#include "mlir/IR/AsmState.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace mlir;
using namespace ingot::inspect;

static bool isInName(char c) { return llvm::isAlnum(c) || llvm::is_contained({'$', '.', '_', '-'}, c); }

/// "encoder/dense_1" -> "encoder.dense_1"
static std::string asName(StringRef text) {
  std::string name;
  for (char c : text)
    name += c == '/' ? '.' : isInName(c) ? c : '_';
  return name.empty() || llvm::isDigit(name.front()) ? "_" + name : name;
}

namespace {

/// The names of one op of the module and of all that is in it.
class Names {
public:
  Names(Operation *op, AsmState &state) : state(state) {
    op->walk<WalkOrder::PreOrder>([&](Operation *inner) {
      for (Value result : inner->getResults())
        rename(result);
      for (Region &region : inner->getRegions())
        for (Block &block : region)
          for (Value argument : block.getArguments())
            rename(argument);
    });
  }

  /// How the value that MLIR calls `printed` is called.
  StringRef lookup(StringRef printed) const {
    auto found = names.find(printed);
    return found == names.end() ? printed : StringRef(found->second);
  }

private:
  void rename(Value value) {
    std::string text;
    llvm::raw_string_ostream out(text);
    value.printAsOperand(out, state);
    // One of several results is `%x#1`.
    StringRef printed = StringRef(text).split('#').first.drop_front();
    if (llvm::all_of(printed, llvm::isDigit) || names.contains(printed))
      return;
    auto named = value.getLoc()->findInstanceOf<NameLoc>();
    std::string wanted = named ? asName(named.getName()) : withoutNumber(printed).str();
    std::string name = wanted;
    for (unsigned &next = counts[wanted]; !used.insert(name).second;)
      name = wanted + "." + std::to_string(++next + 1);
    names[printed] = name;
  }

  /// "cst_3" -> "cst": the number is what MLIR has added.
  static StringRef withoutNumber(StringRef name) {
    auto [rest, number] = name.rsplit('_');
    return !rest.empty() && !number.empty() && llvm::all_of(number, llvm::isDigit) ? rest : name;
  }

  AsmState &state;
  llvm::StringMap<std::string> names;
  llvm::StringMap<unsigned> counts;
  llvm::StringSet<> used;
};

} // namespace

namespace {

/// `#loc3` is called `#loc_dense_14_51`, after what it says: the same in each stage.
class LocationNames {
public:
  explicit LocationNames(StringRef text) {
    while (!text.empty()) {
      StringRef line;
      std::tie(line, text) = text.split('\n');
      auto [alias, content] = line.split(" = ");
      if (alias.consume_front("#loc") && llvm::all_of(alias, llvm::isDigit))
        definitions[(Twine("loc") + alias).str()] = content;
    }
    // In the order of the numbers, which is that of the text.
    for (auto &[alias, content] : definitions) {
      std::string wanted = "loc" + describe(content), name = wanted;
      for (unsigned next = 2; !used.insert(name).second; ++next)
        name = wanted + "_n" + std::to_string(next);
      names[alias] = name;
    }
  }

  StringRef lookup(StringRef alias) const {
    auto found = names.find(alias);
    return found == names.end() ? alias : StringRef(found->second);
  }

private:
  /// Names, lines and columns that are in a definition and in those it refers to.
  std::string describe(StringRef content) const {
    std::string text;
    size_t longest = 80;
    for (size_t i = 0; i < content.size() && text.size() < longest; ++i) {
      StringRef rest = content.substr(i + 1);
      if (content[i] == '"') {
        StringRef quoted = rest.take_until([](char c) { return c == '"'; });
        i += quoted.size() + 1;
        // Of a file, the line is enough.
        if (content.substr(i + 1).starts_with(":"))
          continue;
        text += "_";
        for (char c : quoted)
          text += llvm::isAlnum(c) ? c : '_';
      } else if (content[i] == '#') {
        StringRef alias = rest.take_while([](char c) { return llvm::isAlnum(c); });
        auto found = definitions.find(alias.str());
        text += found == definitions.end() ? "" : describe(found->second);
        i += alias.size();
      } else if (content[i] == ':') {
        text += "_" + rest.take_while(llvm::isDigit).str();
      }
    }
    return text;
  }

  struct ByNumber {
    bool operator()(const std::string &a, const std::string &b) const {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
  };
  std::map<std::string, StringRef, ByNumber> definitions;
  llvm::StringMap<std::string> names;
  llvm::StringSet<> used;
};

} // namespace

/// `line` with the names of values and locations replaced; what is in quotes stays.
static void writeLine(StringRef line, const Names *names, const LocationNames &locations, llvm::raw_ostream &out) {
  bool isQuoted = false;
  for (size_t i = 0; i < line.size();) {
    char c = line[i++];
    out << c;
    if (c == '"')
      isQuoted = !isQuoted;
    else if (isQuoted && c == '\\' && i < line.size())
      out << line[i++];
    else if (!isQuoted && c == '%') {
      StringRef printed = line.substr(i).take_while(isInName);
      out << (names ? names->lookup(printed) : printed);
      i += printed.size();
    } else if (!isQuoted && c == '#') {
      StringRef alias = line.substr(i).take_while([](char a) { return llvm::isAlnum(a); });
      out << locations.lookup(alias);
      i += alias.size();
    }
  }
}

/// The text, and where in it each op begins.
static std::string print(ModuleOp module, const TextOptions &options, AsmState::LocationMap &places) {
  OpPrintingFlags flags;
  flags.printNameLocAsPrefix();
  if (options.locations)
    flags.enableDebugInfo();
  if (options.largestConstant)
    flags.elideLargeElementsAttrs(*options.largestConstant).elideLargeResourceString(*options.largestConstant);
  AsmState state(module, flags, &places);
  std::string printed;
  llvm::raw_string_ostream stream(printed);
  module->print(stream, state);

  // Names are those of the op of the module that a line belongs to.
  std::vector<std::pair<unsigned, Operation *>> begins;
  for (Operation &op : *module.getBody())
    begins.push_back({places.lookup(&op).first, &op});
  llvm::sort(begins);
  const LocationNames locations(printed);
  std::string text;
  llvm::raw_string_ostream out(text);
  std::optional<Names> names;
  size_t next = 0;
  unsigned number = 0;
  for (StringRef rest = printed; !rest.empty();) {
    StringRef line;
    std::tie(line, rest) = rest.split('\n');
    for (++number; next < begins.size() && begins[next].first <= number; ++next)
      names.emplace(begins[next].second, state);
    writeLine(line, names ? &*names : nullptr, locations, out);
    out << "\n";
  }
  return text;
}

std::string ingot::inspect::printModule(ModuleOp module, const TextOptions &options) {
  AsmState::LocationMap places;
  return print(module, options, places);
}

LinedText ingot::inspect::printLines(ModuleOp module) {
  AsmState::LocationMap places;
  LinedText result{print(module, {}, places), {}};
  result.ops.resize(StringRef(result.text).count('\n'));
  for (auto &[op, place] : places)
    // Of several on one line the one that the others are in.
    if (Operation *&known = result.ops[place.first - 1]; !known || op->isProperAncestor(known))
      known = op;
  return result;
}
