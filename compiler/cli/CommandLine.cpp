//===- CommandLine.cpp - the main of a recorder ---------------------------===//

#include "driver/CommandLine.h"

#include "cli/Flags.h"
#include "cli/Guard.h"
#include "cli/Usage.h"
#include "ingot/ModelError.h"

#include <fmt/format.h>

#include <cstdio>

namespace ingot::driver {

static int record(int argc, char **argv, const std::function<graph::Model()> &record) {
  std::optional<cli::Flags> flags =
      cli::parseFlags(argc, argv, "Compiles the model of this program.\n");
  if (!flags)
    return cli::BadUsage;
  std::optional<graph::Model> model;
  try {
    model = record();
  } catch (const Error &error) {
    fmt::print(stderr, "{}\n", error.format());
    return cli::Refused;
  } catch (const std::exception &error) {
    // The user's own code may throw what it likes.
    cli::mistake(fmt::format("the function of the model threw an exception: {}", error.what()));
    return cli::Refused;
  }
  return cli::finish(compile(*model, flags->options), *flags);
}

int recorderMain(int argc, char **argv, const std::function<graph::Model()> &model) {
  return cli::guard([&] { return record(argc, argv, model); });
}

} // namespace ingot::driver
