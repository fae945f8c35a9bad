//===- Flags.h - flags shared by ingotc and recorders ----------*- C++ -*-===//
#pragma once

#include "driver/Compile.h"

#include <optional>
#include <string>

namespace llvm::cl {
class OptionCategory;
} // namespace llvm::cl

namespace ingot::cli {

/// The group of `--help` that a tool's own flags join.
llvm::cl::OptionCategory &flagCategory();

/// What the command line said beside driver::Options.
struct Flags {
  driver::Options options;
  std::string output; ///< `-o`; empty: not given
};

/// Parses the flags that both tools take; call after any tool's own flags are
/// registered. Exits with 0 after --help and --version. nullopt after a mistake,
/// which has then been printed: the exit code is BadUsage.
std::optional<Flags> parseFlags(int argc, char **argv, const char *overview);

/// Prints the diagnostics to stderr and, if the compilation succeeded, writes
/// its artefacts: text to stdout, files below `-o` or the current directory.
/// Returns the exit code.
int finish(const driver::Result &result, const Flags &flags);

} // namespace ingot::cli
