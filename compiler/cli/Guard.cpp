//===- Guard.cpp - what happens when a tool crashes -----------------------===//

#include "cli/Guard.h"

#include "cli/Usage.h"
#include "driver/Reproducer.h"

#include <fmt/format.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <cstdio>
#include <cstdlib>

namespace ingot::cli {

/// LLVM would print and, for some errors, exit; aborting is what we recover from.
[[noreturn]] static void onFatalError(void *, const char *reason, bool) {
  fmt::print(stderr, "ingot: note: LLVM says: {}\n", reason);
  std::abort();
}

int guard(const std::function<int()> &work) {
  driver::handleSignals();
  llvm::install_fatal_error_handler(onFatalError);
  int code = InternalError;
  if (const auto crash = driver::findCrash(/*recover=*/true, [&] { code = work(); }))
    code = crash->isBug ? reportBug({crash->what, {}}) : (mistake(crash->what), Refused);
  // Destructors of what has crashed must not run.
  std::fflush(nullptr);
  if (code == InternalError)
    std::_Exit(code);
  return code;
}

/// The path of a new file with `text`, or "".
static std::string writeTemporary(const std::string &text) {
  llvm::SmallString<128> path;
  int descriptor;
  if (llvm::sys::fs::createTemporaryFile("ingot-reproducer", "mlir", descriptor, path))
    return "";
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << text;
  stream.close();
  return stream.has_error() ? (stream.clear_error(), "") : path.str().str();
}

int reportBug(const driver::Bug &bug) {
  const std::string path = bug.reproducer.empty() ? "" : writeTemporary(bug.reproducer);
  fmt::print(stderr, "ingot: {}; {}\n", bug.format(),
             path.empty() ? "this command line reproduces it" : fmt::format("reproducer written to `{}`", path));
  return InternalError;
}

} // namespace ingot::cli
