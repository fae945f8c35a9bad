//===- TargetTable.h - machines by name -------------------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace ingot::codegen {

/// A machine that `--target` takes by name. What is not here follows from triple and
/// features (TargetFacts.h, VerifyObject.h).
struct TargetPreset {
  llvm::StringLiteral name, triple, cpu, features;
  llvm::StringLiteral what;
};

llvm::ArrayRef<TargetPreset> targetPresets();

/// The preset of this name, or null.
const TargetPreset *findPreset(llvm::StringRef name);

std::vector<std::string> presetNames();

/// The table, for people.
std::string describePresets();

} // namespace ingot::codegen
