//===- ingotc.cpp - the compiler driver -----------------------------------===//
//
//   ingotc [options] FILE.mlir             textual IR of any stage
//   ingotc [options] FILE.json             Keras topology JSON
//   ingotc verify DIR [--json] [options]   a reference case
//   ingotc explain DIR [-o page.html]      what --dump-ir=DIR wrote, as a page
//
//===----------------------------------------------------------------------===//

#include "cli/Flags.h"
#include "cli/Guard.h"
#include "cli/Usage.h"
#include "driver/CommandLine.h"
#include "graph/Wording.h"
#include "ingot/ModelError.h"
#include "keras/KerasModel.h"
#include "verify/Files.h"
#include "verify/Verify.h"

#include <fmt/format.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>

#include <cstdio>

namespace cl = llvm::cl;
using namespace ingot;

namespace {

/// Flags of this tool alone.
struct Registered {
  cl::list<std::string> arguments{
      cl::Positional, cl::cat(cli::flagCategory()),
      cl::desc("FILE.mlir | FILE.json | verify DIR | explain DIR")};
  cl::opt<std::string> compileSettings{
      "compile", cl::cat(cli::flagCategory()), cl::value_desc("case.json"),
      cl::desc("optimizer, losses and metrics of a FILE.json")};
  cl::opt<bool> json{"json", cl::cat(cli::flagCategory()),
                     cl::desc("verify: print JSON")};
};

} // namespace

static int usageError(const std::string &message) {
  cli::mistake(message);
  return cli::BadUsage;
}

static int compileFile(const std::string &file, const Registered &given,
                       const cli::Flags &flags) {
  const llvm::StringRef name(file);
  const std::string text = verify::readFile(file);
  if (name.ends_with(".json")) {
    std::optional<std::string> settings;
    if (given.compileSettings.getNumOccurrences())
      settings = verify::readFile(given.compileSettings);
    const Model model = keras::loadKerasModel(
        text, settings,
        {.modelFile = file, .settingsFile = given.compileSettings});
    return cli::finish(driver::compile(model.graph(), flags.options), flags);
  }
  if (given.compileSettings.getNumOccurrences())
    return usageError(fmt::format("`--compile` is given with `{}`; it goes with a .json file, as IR has its own "
                                  "settings", file));
  return cli::finish(driver::compileIR(text, file, flags.options), flags);
}

static int verifyDirectory(const std::string &directory, bool json,
                           const cli::Flags &flags) {
  const verify::Report report =
      verify::verifyCase(directory, flags.options);
  if (json)
    fmt::print("{}", verify::formatJson(report));
  else
    fmt::print(report.error.empty() ? stdout : stderr, "{}",
               verify::formatText(report));
  return static_cast<int>(report.status());
}

static int runTool(int argc, char **argv) {
  const Registered given;
  std::optional<cli::Flags> flags = cli::parseFlags(
      argc, argv,
      "ingotc: an ahead-of-time compiler for neural networks\n\n"
      "  ingotc [options] FILE.mlir|FILE.json\n"
      "  ingotc verify DIR [--json] [options]\n"
      "  ingotc explain DIR [-o page.html]\n");
  if (!flags)
    return cli::BadUsage;
  const auto &arguments = given.arguments;
  try {
    if (!arguments.empty() && arguments[0] == "verify") {
      if (arguments.size() != 2)
        return usageError(fmt::format("{} given; `verify` takes one directory",
                                      counted(arguments.size() - 1, "argument")));
      return verifyDirectory(arguments[1], given.json, *flags);
    }
    if (!arguments.empty() && arguments[0] == "explain") {
      if (arguments.size() != 2)
        return usageError(fmt::format("{} given; `explain` takes one directory",
                                      counted(arguments.size() - 1, "argument")));
      return cli::finish(driver::explain(arguments[1]), *flags);
    }
    if (arguments.size() != 1)
      return usageError(fmt::format("{} given; one input file is needed, see --help",
                                    counted(arguments.size(), "file")));
    const llvm::StringRef file(arguments[0]);
    if (!file.ends_with(".json") && !file.ends_with(".mlir"))
      return usageError(fmt::format("`{}` is no input; must be a .mlir or a .json file", arguments[0]));
    return compileFile(arguments[0], given, *flags);
  } catch (const Error &error) {
    fmt::print(stderr, "{}\n", error.format());
    return 1;
  }
}

int driver::ingotcMain(int argc, char **argv) {
  return cli::guard([&] { return runTool(argc, argv); });
}

int main(int argc, char **argv) { return driver::ingotcMain(argc, argv); }
