//===- LearningRate.cpp - callbacks that set the learning rate -----------===//
#include "Monitor.h"

#include "ingot/callbacks.h"
#include "ingot/error.h"
#include "ingot/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

using namespace ingot::rt;

void LearningRateScheduler::on_epoch_begin(int epoch) {
  const double rate = schedule(epoch, model().learning_rate());
  if (!std::isfinite(rate))
    throw Error(fmt::format("the schedule gives {} as the learning rate of "
                            "epoch {}; must be finite",
                            rate, epoch));
  model().set_learning_rate(static_cast<float>(rate));
  if (verbose > 0)
    training().print(
        fmt::format("Epoch {}: LearningRateScheduler setting learning rate to "
                    "{}",
                    epoch + 1, rate));
}

void LearningRateScheduler::on_epoch_end(int /*epoch*/, Metrics &logs) {
  logs.set("learning_rate", model().learning_rate());
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions given)
    : options(std::move(given)),
      monitor(std::make_shared<Monitor>("ReduceLROnPlateau", options.monitor,
                                        options.mode, options.min_delta)) {
  if (!(options.factor > 0 && options.factor < 1))
    throw Error(fmt::format("`factor` of ReduceLROnPlateau is {}; must be in "
                            "(0, 1)",
                            options.factor));
}

ReduceLROnPlateau::~ReduceLROnPlateau() = default;

void ReduceLROnPlateau::on_train_begin() {
  wait = coolsDown = 0;
  best.reset();
}

void ReduceLROnPlateau::on_epoch_end(int epoch, Metrics &logs) {
  const double rate = model().learning_rate();
  logs.set("learning_rate", rate);
  const std::optional<double> value = monitor->find(logs, params(), training());
  if (!value)
    return;
  if (coolsDown > 0) {
    --coolsDown;
    wait = 0;
  }
  if (monitor->isBetter(*value, best)) {
    best = value;
    wait = 0;
    return;
  }
  if (coolsDown > 0 || ++wait < options.patience ||
      rate <= static_cast<float>(options.min_lr))
    return;
  const double lower = std::max(rate * options.factor, options.min_lr);
  model().set_learning_rate(static_cast<float>(lower));
  if (options.verbose > 0)
    training().print(
        fmt::format("Epoch {}: ReduceLROnPlateau reducing learning rate to {}",
                    epoch + 1, static_cast<float>(lower)));
  coolsDown = options.cooldown;
  wait = 0;
}

void ReduceLROnPlateau::save(CallbackState &state) const {
  state.numbers = {{"wait", wait}, {"cooldown", coolsDown}};
  if (best)
    state.numbers.add("best", *best);
}

void ReduceLROnPlateau::restore(const CallbackState &state) {
  wait = static_cast<int>(state.numbers["wait"]);
  coolsDown = static_cast<int>(state.numbers["cooldown"]);
  if (const double *value = state.numbers.find("best"))
    best = *value;
}
