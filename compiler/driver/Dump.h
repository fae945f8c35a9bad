//===- Dump.h - every stage and step as a file ------------------*- C++ -*-===//
//
//   DIR/01-ingot.mlir
//   DIR/02-train/01-build-entries.mlir    what each pass of ours made on the way
//   DIR/02-train.mlir                     the stage itself
//   ...
//   DIR/index.json                        the files, and what `ingotc explain` wants
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassInstrumentation.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace ingot::driver {

/// Keeps the text of stages and steps, and writes all of it.
class Dumper {
public:
  explicit Dumper(bool withConstants) : withConstants(withConstants) {}

  /// Steps until the next stage lead to `stage`.
  void begin(const std::string &stage);
  /// What `pass` made; nothing is kept if it changed nothing.
  void addStep(llvm::StringRef pass, mlir::ModuleOp module);
  void addStage(mlir::ModuleOp module);
  /// A stage that is no MLIR.
  void addStage(const std::string &suffix, std::string text);

  /// Calls `addStep` after each pass of ours.
  std::unique_ptr<mlir::PassInstrumentation> watch();

  /// "`train`, then to `ingot-differentiate`": how far it went.
  std::string reached() const;

  /// Writes the files and `index` into `directory`: all of them, or none and an
  /// error. What an earlier dump left there goes.
  llvm::Error write(const std::string &directory, llvm::json::Object index) const;

private:
  std::string print(mlir::ModuleOp module) const;

  struct File {
    std::string name, text;
  };
  std::vector<File> files;
  std::string stage, lastStage, lastStep;
  unsigned stages = 0, steps = 0;
  bool withConstants;
};

} // namespace ingot::driver
