//===- CommandLine.cpp - the main of a recorder ---------------------------===//

#include "driver/CommandLine.h"

#include "cli/Flags.h"
#include "cli/Usage.h"
#include "ingot/Error.h"

#include <fmt/format.h>

#include <cstdio>

namespace ingot::driver {

int recorderMain(int argc, char **argv,
                 const std::function<graph::Model()> &record) {
  std::optional<cli::Flags> flags =
      cli::parseFlags(argc, argv, "Compiles the model of this program.\n");
  if (!flags)
    return cli::BadUsage;
  std::optional<graph::Model> model;
  try {
    model = record();
  } catch (const Error &error) {
    fmt::print(stderr, "{}\n", error.format());
    return 1;
  }
  return cli::finish(compile(*model, flags->options), *flags);
}

} // namespace ingot::driver
