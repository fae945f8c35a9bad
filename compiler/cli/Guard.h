//===- Guard.h - what happens when a tool crashes --------------*- C++ -*-===//
#pragma once

#include "driver/Compile.h"

#include <functional>
#include <string>

namespace ingot::cli {

/// Runs what a tool does and returns its exit code. If it crashes, or throws what
/// nobody expects, the user is told that it is a bug: InternalError.
int guard(const std::function<int()> &work);

/// Says so, and where the file is that shows it. Returns InternalError.
int reportBug(const driver::Bug &bug);

} // namespace ingot::cli
