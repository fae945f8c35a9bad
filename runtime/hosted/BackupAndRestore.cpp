//===- BackupAndRestore.cpp - a fit that survives ------------------------===//
#include "CheckpointFile.h"
#include "ModelImpl.h"

#include "ingot/checkpoints.h"
#include "ingot/runtime.h"

#include <fmt/format.h>

using namespace ingot::rt;

SaveFreq::SaveFreq(const char *text) {
  if (std::string_view(text) != "epoch")
    throw Error(fmt::format("`save_freq` is \"{}\"; must be \"epoch\" or a "
                            "number of batches",
                            text));
}

SaveFreq::SaveFreq(int batches) : number(batches) {
  requirePositive("save_freq", batches);
}

BackupAndRestore::BackupAndRestore(std::filesystem::path path,
                                   BackupAndRestoreOptions options)
    : path(std::move(path)), options(options) {}

void BackupAndRestore::on_train_begin() {
  batches = 0;
  interrupted = false;
  makeDirectoryOf(path);
  if (exists(path))
    training().resume(readCheckpoint(path, model().desc()));
}

void BackupAndRestore::on_written(FitPoint point) {
  const std::optional<int> every = options.save_freq.batches();
  bool isDue = false;
  switch (point) {
  case FitPoint::Batch:
    isDue = every && ++batches >= *every;
    break;
  case FitPoint::Epoch:
    isDue = !every;
    break;
  case FitPoint::Interrupted:
    isDue = interrupted = true;
    break;
  }
  if (!isDue)
    return;
  batches = 0;
  writeCheckpoint(path, model().desc(), training().state());
}

void BackupAndRestore::on_train_end(const Metrics & /*logs*/) {
  if (options.delete_checkpoint && !interrupted) {
    std::error_code error;
    if (!remove(path, error) && error)
      throw Error(fmt::format("`{}` cannot be removed: {}", path.string(),
                              error.message()));
  }
}
