//===- checkpoints.h - callbacks that save a fit ---------------*- C++ -*-===//
//
// A checkpoint is a safetensors file with everything that a fit goes on from.
// It is written beside its place, synced and renamed, so that it is whole or
// not there; it has a checksum; it is refused by any model but its own.
//
//   model.fit(x, y, {.epochs = 100,
//                    .callbacks = {rt::BackupAndRestore("run.safetensors"),
//                                  rt::ModelCheckpoint("best.safetensors",
//                                                      {.save_best_only =
//                                                      true})},
//                    .validation_split = 0.1});
//
// A program that is killed at any moment and started again ends with the same
// bits as one that was not. Ctrl-C ends a fit after its step, and
// BackupAndRestore saves what was reached.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/callback.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace ingot::rt {

class Monitor;

/// Keras' `save_freq`: "epoch" or a number of batches.
class SaveFreq {
public:
  /// Throws Error unless `text` is "epoch".
  SaveFreq(const char *text);
  /// Throws Error unless `batches` is positive.
  SaveFreq(int batches);

  /// Empty: after each epoch.
  std::optional<int> batches() const { return number; }

private:
  std::optional<int> number;
};

struct BackupAndRestoreOptions {
  SaveFreq save_freq = "epoch";
  /// Whether the file goes when the fit has come to its end.
  bool delete_checkpoint = true;
};

/// Goes on from the file if it is there, and writes it while the fit runs. Fit
/// throws if the file is refused, with the reason: it is not overwritten.
class BackupAndRestore : public Callback {
public:
  /// Directories of `path` are made where they are missing.
  explicit BackupAndRestore(std::filesystem::path path,
                            BackupAndRestoreOptions options = {});

  void on_train_begin() override;
  void on_written(FitPoint point) override;
  void on_train_end(const Metrics &logs) override;

private:
  std::filesystem::path path;
  BackupAndRestoreOptions options;
  std::int64_t batches = 0; ///< since it was saved
  bool interrupted = false;
};

struct ModelCheckpointOptions {
  /// A key of History, for `save_best_only`.
  std::string monitor = "val_loss";
  /// 1: says what it saves.
  int verbose = 0;
  /// Saves only when the monitored value is the best so far.
  bool save_best_only = false;
  /// Saves what Model::save_weights does. Otherwise a checkpoint.
  bool save_weights_only = false;
  /// "min", "max" or "auto".
  std::string mode = "auto";
  SaveFreq save_freq = "epoch";
  /// What the first value must be better than.
  std::optional<double> initial_value_threshold = {};
};

/// Saves the model after epochs or batches. `filepath` may name values, with
/// formats as in Python: "at-{epoch:02d}-{val_loss:.2f}.safetensors". `epoch`
/// and `batch` are counted from 1; `batch` is there if `save_freq` is a number.
class ModelCheckpoint : public Callback {
public:
  /// Directories of `filepath` are made where they are missing. Throws Error if
  /// `mode` is unknown, or "auto" and the name does not tell; fit throws if a
  /// value of `filepath` is unknown.
  explicit ModelCheckpoint(std::string filepath,
                           ModelCheckpointOptions options = {});
  ~ModelCheckpoint() override;

  /// The best value; empty: none yet, or not `save_best_only`.
  std::optional<double> best() const { return bestValue; }

  void on_epoch_begin(int epoch) override;
  void on_train_batch_end(std::int64_t batch, const Metrics &logs) override;
  void on_epoch_end(int epoch, Metrics &logs) override;
  void on_settled(FitPoint point) override;
  std::string name() const override { return "model_checkpoint"; }
  void save(CallbackState &state) const override;
  void restore(const CallbackState &state) override;

private:
  void consider(std::optional<std::int64_t> batch, const Metrics &logs);

  std::string filepath;
  ModelCheckpointOptions options;
  std::shared_ptr<Monitor> monitor; ///< null unless `save_best_only`
  std::optional<double> bestValue;
  int epoch = 0;
  std::int64_t batches = 0; ///< since it was saved
  /// What is to be written when all callbacks have seen the batch or epoch.
  std::optional<std::filesystem::path> pending;
};

} // namespace ingot::rt
