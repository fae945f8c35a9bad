//===- Pipeline.h - the stages, in order ------------------------*- C++ -*-===//
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace ingot::driver {

/// The forms a module takes. A module names its own in `ingot.stage`.
enum class Stage { Ingot, Train, Linalg, Bufferized, LLVM };

inline constexpr std::array<const char *, 5> stageNames = {"ingot", "train", "linalg", "bufferized", "llvm"};

/// The stage that a module is of; nothing if its `ingot.stage` names none.
std::optional<Stage> stageOf(mlir::ModuleOp module);

/// Adds the passes that turn the form before `stage` into it. `entries`: kinds to
/// build, all if empty.
void buildStage(mlir::OpPassManager &passes, Stage stage, const std::vector<std::string> &entries = {});

/// Adds the passes from `bufferized` to what the C form is printed from.
void buildC(mlir::OpPassManager &passes);

/// Registers each stage as a pipeline, `--ingot-to-train` and so on.
void registerPipelines();

} // namespace ingot::driver
