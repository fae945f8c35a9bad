//===- EarlyStopping.cpp - stops a fit that no longer improves -----------===//
#include "Monitor.h"

#include "ingot/callbacks.h"
#include "ingot/runtime.h"

#include <fmt/format.h>

using namespace ingot::rt;

EarlyStopping::EarlyStopping(EarlyStoppingOptions given)
    : options(std::move(given)),
      monitor(std::make_shared<Monitor>("EarlyStopping", options.monitor,
                                        options.mode, options.min_delta)) {}

EarlyStopping::~EarlyStopping() = default;

void EarlyStopping::on_train_begin() {
  wait = stopped = bestAt = 0;
  bestValue.reset();
  bestWeights = {};
}

void EarlyStopping::on_epoch_end(int epoch, Metrics &logs) {
  const std::optional<double> value = monitor->find(logs, params(), training());
  if (!value || epoch < options.start_from_epoch)
    return;
  const auto keepWeights = [&] {
    if (options.restore_best_weights)
      bestWeights = model().get_weights();
  };
  // The first is the best there is, also if it is NaN and never the best.
  if (options.restore_best_weights && bestWeights.empty()) {
    keepWeights();
    bestAt = epoch;
  }
  ++wait;
  if (monitor->isBetter(*value, bestValue)) {
    bestValue = value;
    bestAt = epoch;
    keepWeights();
    if (!options.baseline || monitor->isBetter(*value, options.baseline))
      wait = 0;
    return;
  }
  // As in Keras, the first epoch never stops.
  if (wait >= options.patience && epoch > 0) {
    stopped = epoch;
    model().stop_training = true;
  }
}

void EarlyStopping::on_train_end(const Metrics & /*logs*/) {
  if (stopped > 0 && options.verbose > 0)
    training().print(fmt::format("Epoch {}: early stopping", stopped + 1));
  if (bestWeights.empty())
    return;
  if (options.verbose > 0)
    training().print(fmt::format("Restoring model weights from the end of the "
                                 "best epoch: {}",
                                 bestAt + 1));
  model().set_weights(bestWeights);
}

void EarlyStopping::save(CallbackState &state) const {
  state.numbers = {
      {"wait", wait}, {"stopped", stopped}, {"best_epoch", bestAt}};
  if (bestValue)
    state.numbers.add("best", *bestValue);
  state.arrays = bestWeights;
}

void EarlyStopping::restore(const CallbackState &state) {
  wait = static_cast<int>(state.numbers["wait"]);
  stopped = static_cast<int>(state.numbers["stopped"]);
  bestAt = static_cast<int>(state.numbers["best_epoch"]);
  if (const double *value = state.numbers.find("best"))
    bestValue = *value;
  bestWeights = state.arrays;
}
