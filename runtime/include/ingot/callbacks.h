//===- callbacks.h - Keras' callbacks --------------------------*- C++ -*-===//
//
// What may stand in `callbacks`. Arguments are Keras' own, with its defaults:
//
//   rt::EarlyStopping early({.patience = 3, .restore_best_weights = true});
//   model.fit(x, y, {.epochs = 100,
//                    .callbacks = {early, rt::CSVLogger("log.csv"),
//                                  rt::ReduceLROnPlateau({.factor = 0.5})},
//                    .validation_split = 0.1});
//   std::printf("best epoch: %d\n", early.best_epoch() + 1);
//
// `monitor` is a key of History. If the logs of an epoch lack it, one warning
// lists what they have; they may lack a "val_" one where nothing was validated.
// `mode` is "min", "max" or "auto", which goes by the name: losses, errors and
// crossentropies go down, accuracies, precisions, recalls and AUC up.
//
// All of them carry their state in a FitState, so a fit that is resumed ends as
// if it had never stopped.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/callback.h"

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ingot::rt {

class Monitor;

//===----------------------------------------------------------------------===//
// EarlyStopping
//===----------------------------------------------------------------------===//

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  /// What a value must be better by to count.
  double min_delta = 0;
  /// Epochs without an improvement after which the fit stops.
  int patience = 0;
  /// 1: says when it stops and what it restores.
  int verbose = 0;
  std::string mode = "auto";
  /// An epoch that is not better than this uses up patience, too.
  std::optional<double> baseline = {};
  /// When the fit ends, for whatever reason, the weights become those of the
  /// best epoch. Optimizer state stays as it is.
  bool restore_best_weights = false;
  /// Epochs before this one are not looked at.
  int start_from_epoch = 0;
};

/// Stops the fit when a value has stopped improving.
class EarlyStopping : public Callback {
public:
  /// Throws Error if `mode` is unknown, or "auto" and the name does not tell.
  explicit EarlyStopping(EarlyStoppingOptions options = {});
  ~EarlyStopping() override;

  /// The epoch that it stopped at; 0: it did not.
  int stopped_epoch() const { return stopped; }
  /// Epoch and value of the best one; no value: there was none.
  int best_epoch() const { return bestAt; }
  std::optional<double> best() const { return bestValue; }

  void on_train_begin() override;
  void on_epoch_end(int epoch, Metrics &logs) override;
  void on_train_end(const Metrics &logs) override;
  std::string name() const override { return "early_stopping"; }
  void save(CallbackState &state) const override;
  void restore(const CallbackState &state) override;

private:
  EarlyStoppingOptions options;
  std::shared_ptr<Monitor> monitor;
  int wait = 0, stopped = 0, bestAt = 0;
  std::optional<double> bestValue;
  NamedList<Array> bestWeights;
};

//===----------------------------------------------------------------------===//
// Learning rates
//===----------------------------------------------------------------------===//

/// Sets the learning rate at the beginning of each epoch. The logs of the epoch
/// get "learning_rate".
class LearningRateScheduler : public Callback {
public:
  /// `schedule` is called with the epoch, from 0, and the rate so far, or with
  /// the epoch alone. `verbose` 1: says what it sets.
  template <class F>
  requires std::is_invocable_r_v<double, F, int, double>
  explicit LearningRateScheduler(F schedule, int verbose = 0)
      : schedule(std::move(schedule)), verbose(verbose) {}
  template <class F>
  requires(std::is_invocable_r_v<double, F, int> &&
           !std::is_invocable_r_v<
               double, F, int,
               double>) explicit LearningRateScheduler(F schedule,
                                                       int verbose = 0)
      : schedule([schedule = std::move(schedule)](int epoch, double) mutable {
          return schedule(epoch);
        }),
        verbose(verbose) {}

  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Metrics &logs) override;

private:
  std::function<double(int, double)> schedule;
  int verbose;
};

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  /// What the rate is multiplied by; below 1.
  double factor = 0.1;
  /// Epochs without an improvement after which it is.
  int patience = 10;
  /// 1: says when it is.
  int verbose = 0;
  std::string mode = "auto";
  double min_delta = 1e-4;
  /// Epochs after it was that do not count.
  int cooldown = 0;
  /// The rate does not go below.
  double min_lr = 0;
};

/// Lowers the learning rate when a value has stopped improving. The logs of
/// each epoch get "learning_rate".
class ReduceLROnPlateau : public Callback {
public:
  /// Throws Error if `factor` is not in (0, 1), `mode` is unknown, or "auto"
  /// and the name does not tell.
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
  ~ReduceLROnPlateau() override;

  void on_train_begin() override;
  void on_epoch_end(int epoch, Metrics &logs) override;
  std::string name() const override { return "reduce_lr_on_plateau"; }
  void save(CallbackState &state) const override;
  void restore(const CallbackState &state) override;

private:
  ReduceLROnPlateauOptions options;
  std::shared_ptr<Monitor> monitor;
  int wait = 0, coolsDown = 0;
  std::optional<double> best;
};

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

struct CSVLoggerOptions {
  /// One character.
  std::string separator = ",";
  /// Goes on with a file that is there, instead of overwriting it.
  bool append = false;
};

/// Writes a line an epoch: its number, then all values sorted by name, "NA"
/// where an epoch has none. The names stand in the first line. A fit that is
/// resumed goes on with the file as it was at that point.
class CSVLogger : public Callback {
public:
  /// Throws Error if the separator is not one character; fit throws if the file
  /// cannot be written.
  explicit CSVLogger(std::string filename, CSVLoggerOptions options = {});

  void on_train_begin() override;
  void on_epoch_end(int epoch, Metrics &logs) override;
  std::string name() const override { return "csv_logger"; }
  void save(CallbackState &state) const override;
  void restore(const CallbackState &state) override;

private:
  void truncate();
  void write(const std::vector<std::string> &cells);

  std::string filename;
  CSVLoggerOptions options;
  std::vector<std::string> keys;
  bool hasHeader = false, hasWritten = false;
  std::uint64_t bytes = 0; ///< of the file
};

/// Stops the fit after a batch with which the loss is infinite or NaN.
class TerminateOnNaN : public Callback {
public:
  void on_train_batch_end(std::int64_t batch, const Metrics &logs) override;
};

struct LambdaCallbackOptions {
  std::function<void(int epoch)> on_epoch_begin = {};
  std::function<void(int epoch, Metrics &logs)> on_epoch_end = {};
  std::function<void()> on_train_begin = {};
  std::function<void(const Metrics &logs)> on_train_end = {};
  std::function<void(std::int64_t batch)> on_train_batch_begin = {};
  std::function<void(std::int64_t batch, const Metrics &logs)>
      on_train_batch_end = {};
};

/// A callback of functions:
///
///   rt::LambdaCallback({.on_epoch_end = [](int epoch, rt::Metrics &logs)
///   {...}})
class LambdaCallback : public Callback {
public:
  explicit LambdaCallback(LambdaCallbackOptions functions)
      : functions(std::move(functions)) {}

  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Metrics &logs) override;
  void on_train_begin() override;
  void on_train_end(const Metrics &logs) override;
  void on_train_batch_begin(std::int64_t batch) override;
  void on_train_batch_end(std::int64_t batch, const Metrics &logs) override;

private:
  LambdaCallbackOptions functions;
};

} // namespace ingot::rt
