//===- Dump.h - stages as text, and as numbered files -----------*- C++ -*-===//
#pragma once

#include "driver/Compile.h"

#include "mlir/IR/BuiltinOps.h"

namespace ingot::driver {

/// `module` as text, with locations if asked for.
std::string printModule(mlir::ModuleOp module, bool withLocations);

/// Keeps the text of each stage and writes them all: 01-ingot.mlir, ...
class Dumper {
public:
  void add(const std::string &name, std::string text) { files.push_back({name, std::move(text)}); }

  /// Writes the files into `directory`, which is made; nothing if it is empty.
  void write(const std::string &directory, std::vector<Diagnostic> &diagnostics) const;

private:
  std::vector<std::pair<std::string, std::string>> files;
};

} // namespace ingot::driver
