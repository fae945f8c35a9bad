//===- ModelCheckpoint.cpp - saves a model while it is trained -----------===//
//
// As keras/src/callbacks/model_checkpoint.py, except that files are written
// when all callbacks have seen the epoch, so that a checkpoint is of one moment
// whatever the order of callbacks is.
//
//===----------------------------------------------------------------------===//
#include "CheckpointFile.h"
#include "Monitor.h"

#include "formats/Names.h"
#include "ingot/checkpoints.h"
#include "ingot/runtime.h"

#include <fmt/args.h>
#include <fmt/format.h>

using namespace ingot::rt;

ModelCheckpoint::ModelCheckpoint(std::string filepath,
                                 ModelCheckpointOptions given)
    : filepath(std::move(filepath)), options(std::move(given)),
      bestValue(options.initial_value_threshold) {
  if (options.save_best_only)
    monitor = std::make_shared<Monitor>("ModelCheckpoint", options.monitor,
                                        options.mode);
}

ModelCheckpoint::~ModelCheckpoint() = default;

/// `pattern` with the values that it names.
static std::string formatted(const std::string &pattern, int epoch,
                             std::optional<std::int64_t> batch,
                             const Metrics &logs) {
  fmt::dynamic_format_arg_store<fmt::format_context> values;
  std::vector<std::string> names;
  const auto add = [&](const std::string &name, auto value) {
    values.push_back(fmt::arg(name.c_str(), value));
    names.push_back(name);
  };
  add("epoch", epoch + 1);
  if (batch)
    add("batch", *batch + 1);
  for (const auto &[name, value] : logs)
    add(name, value);
  try {
    return fmt::vformat(pattern, values);
  } catch (const fmt::format_error &error) {
    throw Error(
        fmt::format("`filepath` of ModelCheckpoint is \"{}\" and cannot "
                    "be formatted: {}; there is {}",
                    pattern, error.what(), quoted(names)));
  }
}

void ModelCheckpoint::consider(std::optional<std::int64_t> batch,
                               const Metrics &logs) {
  std::string why;
  if (monitor) {
    const std::optional<double> value =
        monitor->find(logs, params(), training());
    if (!value)
      return;
    const std::string before =
        bestValue ? fmt::format("{:.5f}", *bestValue) : "none";
    if (!monitor->isBetter(*value, bestValue)) {
      if (options.verbose > 0)
        training().print(fmt::format("Epoch {}: {} did not improve from {}",
                                     epoch + 1, options.monitor, before));
      return;
    }
    bestValue = value;
    why = fmt::format("{} improved from {} to {:.5f}, ", options.monitor,
                      before, *value);
  }
  pending = formatted(filepath, epoch, batch, logs);
  if (options.verbose > 0)
    training().print(fmt::format("Epoch {}: {}saving model to {}", epoch + 1,
                                 why, pending->string()));
}

void ModelCheckpoint::on_epoch_begin(int number) { epoch = number; }

void ModelCheckpoint::on_train_batch_end(std::int64_t batch,
                                         const Metrics &logs) {
  const std::optional<int> every = options.save_freq.batches();
  if (!every || ++batches < *every)
    return;
  batches = 0;
  consider(batch, logs);
}

void ModelCheckpoint::on_epoch_end(int number, Metrics &logs) {
  epoch = number;
  if (!options.save_freq.batches())
    consider({}, logs);
}

void ModelCheckpoint::on_settled(FitPoint /*point*/) {
  if (!pending)
    return;
  const std::filesystem::path path = *std::exchange(pending, std::nullopt);
  makeDirectoryOf(path);
  if (options.save_weights_only)
    model().save_weights(path);
  else
    writeCheckpoint(path, model().desc(), training().state());
}

void ModelCheckpoint::save(CallbackState &state) const {
  state.numbers = {{"epoch", epoch}, {"batches", static_cast<double>(batches)}};
  if (bestValue)
    state.numbers.add("best", *bestValue);
}

void ModelCheckpoint::restore(const CallbackState &state) {
  epoch = static_cast<int>(state.numbers["epoch"]);
  batches = static_cast<std::int64_t>(state.numbers["batches"]);
  bestValue.reset();
  if (const double *value = state.numbers.find("best"))
    bestValue = *value;
}
