//===- Dump.cpp - stages as text, and as numbered files ------------------===//

#include "driver/Dump.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot::driver;

std::string ingot::driver::printModule(mlir::ModuleOp module, bool withLocations) {
  std::string text;
  llvm::raw_string_ostream out(text);
  // Values are called what the user called their layer.
  mlir::OpPrintingFlags flags;
  flags.printNameLocAsPrefix();
  if (withLocations)
    flags.enableDebugInfo();
  module.print(out, flags);
  out << "\n";
  return text;
}

void Dumper::write(const std::string &directory, std::vector<Diagnostic> &diagnostics) const {
  if (directory.empty())
    return;
  auto fail = [&](const std::string &what, std::error_code code) {
    diagnostics.push_back({Diagnostic::Severity::Error, "cannot write `" + what + "`: " + code.message(), {}});
  };
  if (std::error_code code = llvm::sys::fs::create_directories(directory))
    return fail(directory, code);
  unsigned number = 0;
  for (const auto &[name, text] : files) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, llvm::formatv("{0,0+2}-{1}", ++number, name).str());
    std::error_code code;
    llvm::raw_fd_ostream out(path, code);
    if (code)
      return fail(path.str().str(), code);
    out << text;
  }
}
