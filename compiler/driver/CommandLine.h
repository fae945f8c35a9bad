//===- CommandLine.h - flags shared by ingotc and recorders ----*- C++ -*-===//
#pragma once

#include "driver/Compile.h"

#include <functional>

namespace ingot::driver {

/// Runs a recorder: parses the flags, calls `record` (which may throw
/// ingot::Error), compiles, writes the artefacts. Returns the exit code: 0, or
/// 1 after a diagnostic on stderr, in which case nothing was written.
int recorderMain(int argc, char **argv,
                 const std::function<graph::Model()> &record);

/// The `ingotc` driver: `ingotc [options] FILE.mlir|FILE.json` and
/// `ingotc verify DIR` and `ingotc explain DIR`.
int ingotcMain(int argc, char **argv);

} // namespace ingot::driver
