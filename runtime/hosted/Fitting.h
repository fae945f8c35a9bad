//===- Fitting.h - a fit that is under way ---------------------*- C++ -*-===//
#pragma once

#include "FitData.h"
#include "ModelImpl.h"

namespace ingot::rt {

/// One call of fit: walks over epochs and batches. What it goes on from is in
/// members whose values a FitState has.
class Fitting final : public Training {
public:
  Fitting(Model &model, FitData &data, const FitOptions &options);

  /// Runs to the end.
  History run();

  FitState state() const override;
  void resume(FitState state) override;
  void print(const std::string &line) override { progress.print(line); }
  void warn(const std::string &line) override;

private:
  enum class Ending { Whole, RanOut, Interrupted };

  void begin();
  /// Makes `resumed` what the fit goes on from.
  void enter(const FitState &resumed);
  /// What is left of the current epoch.
  Ending runEpoch();
  /// The steps of the epoch that are left.
  Ending runSteps();
  /// Adds the values of the validation to `logs`. False: it was interrupted.
  bool validate(Metrics &logs);
  /// The next batch, from a new pass if the old one ended with an epoch.
  std::optional<Rows> deal();
  void finishPass();
  void record(const Metrics &logs);
  /// Tells the callbacks that all have seen the same; returns whether Ctrl-C
  /// ends the fit here.
  bool settle(FitPoint point);
  void tellSettled(FitPoint point);

  Model &model;
  Model::Impl &impl;
  CompiledModel &compiled;
  FitData &data;
  const FitOptions &options;
  std::optional<std::int64_t> steps; ///< of an epoch, if they are known
  Progress progress;
  CallbackList callbacks;
  std::optional<Interrupt> interrupt;

  /// Set by `resume` between on_train_begin and the first epoch.
  std::optional<FitState> resumed;
  bool beginning = false;

  int epoch = 0;
  std::int64_t step = 0;
  std::uint64_t pass = 0;
  std::int64_t batches = 0;
  bool passIsOpen = false;
  BatchPointers pointers;
  History history;
  Metrics lastLogs;
};

/// Throws Error unless `state` is of `model` and has everything of it.
void requireStateOf(CompiledModel &model, const FitState &state);
/// Weights and optimizer of `model` become those of `state`, for which
/// requireStateOf holds, and the other way round.
void enterBlocks(CompiledModel &model, const FitState &state);
void copyBlocks(const CompiledModel &model, FitState &state);

} // namespace ingot::rt
