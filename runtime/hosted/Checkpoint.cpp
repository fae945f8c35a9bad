//===- Checkpoint.cpp - a model into a file and back ---------------------===//
#include "CheckpointFile.h"
#include "Fitting.h"

using namespace ingot::rt;

void Model::save_checkpoint(const std::filesystem::path &path) const {
  FitState state;
  state.shuffle_seed = impl->seed;
  state.pass = impl->nextPass;
  state.means.resize(impl->compiled.means().size());
  copyBlocks(impl->compiled, state);
  writeCheckpoint(path, desc(), state);
}

FitState Model::load_checkpoint(const std::filesystem::path &path) {
  FitState state = readCheckpoint(path, desc());
  requireStateOf(impl->compiled, state);
  enterBlocks(impl->compiled, state);
  impl->seed = state.shuffle_seed;
  // A pass that has begun is not begun again.
  impl->nextPass = state.pass + (state.batches > 0);
  return state;
}
