//===- CheckpointFile.h - a FitState as a safetensors file -----*- C++ -*-===//
//
// Weights stand in it under their names, so that it also serves as a file of
// weights. What else there is has a name that begins with a slash, which no
// weight's does:
//
//   dense/kernel                  weights
//   /state/optimizer/iterations   everything in `state`, as it is
//   /means/sums, /means/counts    values of the epoch so far
//   /epochs, /history/val_loss    History
//   /callbacks/0/numbers/wait     what callbacks saved, by their order
//   /callbacks/0/arrays/dense/kernel
//
// Whole numbers and texts are JSON under `fit_state` of the metadata, beside
// `format`, `ingot_version`, `model`, and the hashes that guard the layouts.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/fit_state.h"
#include "ingot/safetensors.h"

namespace ingot::rt {

/// Values of `format` in the metadata.
inline constexpr char weightsFormat[] = "ingot weights 1";
inline constexpr char checkpointFormat[] = "ingot checkpoint 1";

/// What says in a file where it is from.
SafetensorsMetadata fileMetadata(const ingot_model_desc &desc,
                                 const char *format);

/// Whether a tensor of that name is of a checkpoint and no weight.
inline bool isBesideWeights(std::string_view name) {
  return name.starts_with('/');
}

/// Makes the directory that `path` is to be in, if it is missing.
void makeDirectoryOf(const std::filesystem::path &path);

/// Writes `state`, which is of the model that `desc` describes, all or nothing.
void writeCheckpoint(const std::filesystem::path &path,
                     const ingot_model_desc &desc, const FitState &state);

/// Reads the checkpoint `path`. Throws Error, which names it, if it is not one,
/// is damaged, or is of another model than `desc`, or of the same with another
/// optimizer. Whether all weights are there is seen when it is entered.
FitState readCheckpoint(const std::filesystem::path &path,
                        const ingot_model_desc &desc);
/// The same of a file that is open.
FitState readCheckpoint(const Safetensors &file, const ingot_model_desc &desc);

} // namespace ingot::rt
