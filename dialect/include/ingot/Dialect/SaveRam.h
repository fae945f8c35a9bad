//===- SaveRam.h - modules that are to need little memory -------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace ingot::names {
/// Small arenas are wanted, be code slower.
inline constexpr llvm::StringLiteral saveRam = "ingot.save_ram";
/// What a buffer of a block is to have at most, unless its rows are longer.
inline constexpr llvm::StringLiteral blockBytes = "ingot.block_bytes";
/// Samples of a slice of the batch.
inline constexpr llvm::StringLiteral sliceSamples = "ingot.slice_samples";
/// Slices are made whether or not they save memory.
inline constexpr llvm::StringLiteral sliceAlways = "ingot.slice_always";
/// Steps of a recurrence that are taken at a time, whatever that saves.
inline constexpr llvm::StringLiteral stripSteps = "ingot.strip_steps";
} // namespace ingot::names
