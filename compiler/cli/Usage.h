//===- Usage.h - what is wrong with a command line -------------*- C++ -*-===//
#pragma once

#include <string>
#include <vector>

namespace ingot::cli {

/// What a tool exits with. The same for all of ours; docs/errors.md.
enum ExitCode {
  Success = 0,
  Refused = 1,       ///< a mistake in the model, a file or its data
  BadUsage = 2,      ///< a command line that cannot be understood
  NotSupported = 3,  ///< `verify`: the case needs what is not known here
  InternalError = 70 ///< a bug in Ingot
};

/// Prints "ingot: error: `message`"; false.
bool mistake(const std::string &message);

/// Whether `name` is one of `known`; if not, says so with the nearest one.
bool checkName(const std::string &name, const std::vector<std::string> &known, const char *what);

/// Whether `value` is one of `known`, which are few, or empty; if not, says so.
bool checkChoice(const char *flag, const std::string &value, const std::vector<std::string> &known);

/// Parses by LLVM's parser, but says what is wrong in our words. Exits after --help
/// and --version.
bool parseCommandLine(int argc, char **argv, const char *overview);

} // namespace ingot::cli
