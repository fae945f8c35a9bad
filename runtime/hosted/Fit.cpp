//===- Fit.cpp - training over epochs ------------------------------------===//
//
// The loop of fit. The object accumulates the values of an epoch itself; they
// are read at its end.
//
//===----------------------------------------------------------------------===//
#include "Fitting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

using namespace ingot::rt;

Fitting::Fitting(Model &model, FitData &data, const FitOptions &options)
    : model(model), impl(*model.impl), compiled(impl.compiled), data(data),
      options(options), steps(data.training->length()),
      progress(options.verbose),
      callbacks(options.callbacks, model,
                {options.verbose, options.epochs,
                 options.steps_per_epoch ? *options.steps_per_epoch : steps,
                 data.validation != nullptr},
                this) {
  if (options.steps_per_epoch)
    steps = *options.steps_per_epoch;
}

History Fitting::run() {
  interrupt.emplace();
  begin();
  Ending ending = Ending::Whole;
  // An epoch that has begun is brought to its end, also if it is to be the
  // last.
  while (epoch < options.epochs && (step > 0 || !model.stop_training) &&
         ending == Ending::Whole)
    ending = runEpoch();

  if (ending == Ending::RanOut)
    warn(fmt::format("the data ran out after {} batches, in epoch {}/{}; "
                     "`steps_per_epoch` is {}",
                     batches, epoch, options.epochs, *options.steps_per_epoch));
  if (ending == Ending::Interrupted) {
    history.interrupted = true;
    warn(step == 0
             ? fmt::format("Ctrl-C ended `fit` after epoch {}/{}", epoch,
                           options.epochs)
             : fmt::format("Ctrl-C ended `fit` after step {} of epoch {}/{}",
                           step, epoch + 1, options.epochs));
  }
  callbacks.call(&Callback::on_train_end, lastLogs);
  return std::move(history);
}

void Fitting::begin() {
  model.stop_training = false;
  history.validation_freq = options.validation_freq;
  epoch = options.initial_epoch;
  pass = impl.nextPass;
  beginning = true;
  callbacks.call(&Callback::on_train_begin);
  beginning = false;
  if (resumed)
    enter(*resumed);
}

Fitting::Ending Fitting::runEpoch() {
  progress.begin(fmt::format("Epoch {}/{}", epoch + 1, options.epochs), steps,
                 step);
  // In the middle of an epoch its beginning is past, and the means go on.
  if (step == 0) {
    callbacks.call(&Callback::on_epoch_begin, epoch);
    compiled.resetMetrics();
  }
  const Ending ending = runSteps();
  if (ending == Ending::Interrupted)
    return ending;
  Metrics logs = compiled.metrics();
  if (data.validation && (epoch + 1) % options.validation_freq == 0 &&
      !validate(logs))
    return Ending::Interrupted;

  callbacks.call(&Callback::on_epoch_end, epoch, logs);
  progress.end(step, logs);
  record(logs);
  lastLogs = std::move(logs);
  ++epoch;
  step = 0;
  if (!options.steps_per_epoch)
    finishPass();
  return settle(FitPoint::Epoch) ? Ending::Interrupted : ending;
}

Fitting::Ending Fitting::runSteps() {
  while ((!steps || step < *steps) && !model.stop_training) {
    const std::optional<Rows> batch = deal();
    if (!batch) {
      // The data does not tell its length and this is it.
      if (!options.steps_per_epoch)
        break;
      return Ending::RanOut;
    }
    callbacks.call(&Callback::on_train_batch_begin, step);
    pointers.at(*batch);
    impl.trainStep(*batch, pointers);
    ++step;
    if (!callbacks.empty())
      callbacks.call(&Callback::on_train_batch_end, step - 1,
                     compiled.metrics());
    progress.step(step, [&] { return compiled.metrics(); });
    if (settle(FitPoint::Batch))
      return Ending::Interrupted;
  }
  return Ending::Whole;
}

std::optional<Rows> Fitting::deal() {
  // Data that ended with the last epoch begins anew, so at the beginning of an
  // epoch there are two tries.
  for (int tries = step == 0 ? 2 : 1; tries > 0; --tries) {
    if (!passIsOpen) {
      data.training->start({impl.seed, pass}, batches);
      passIsOpen = true;
      impl.nextPass = pass + 1;
    }
    if (const std::optional<Rows> batch = data.training->next()) {
      ++batches;
      return batch;
    }
    if (step == 0)
      finishPass();
  }
  if (step == 0)
    throw Error("the data has no batch to train on");
  return {};
}

void Fitting::finishPass() {
  ++pass;
  batches = 0;
  passIsOpen = false;
}

bool Fitting::validate(Metrics &logs) {
  // Both accumulate in the same place, and a fit that is interrupted here goes
  // on from the values of its training.
  const std::vector<ingot_mean> means(compiled.means().begin(),
                                      compiled.means().end());
  const std::optional<Metrics> values =
      impl.evaluate(*data.validation, options.validation_steps,
                    {callbacks, nullptr, &*interrupt});
  std::ranges::copy(means, compiled.means().begin());
  if (!values) {
    tellSettled(FitPoint::Interrupted);
    return false;
  }
  for (const auto &[name, value] : *values)
    logs.add("val_" + name, value);
  return true;
}

void Fitting::record(const Metrics &logs) {
  history.epoch.push_back(epoch);
  for (const auto &[name, value] : logs) {
    std::vector<double> *list = history.history.find(name);
    if (!list)
      list = &history.history.add(name, {});
    list->push_back(value);
  }
}

void Fitting::tellSettled(FitPoint point) {
  callbacks.call(&Callback::on_settled, point);
  callbacks.call(&Callback::on_written, point);
}

bool Fitting::settle(FitPoint point) {
  const bool ends = interrupt->requested();
  tellSettled(ends ? FitPoint::Interrupted : point);
  return ends;
}

void Fitting::warn(const std::string &line) {
  progress.leaveLine();
  fmt::print(stderr, "warning: {}\n", line);
}

History Model::fit(const Arrays &x, const Arrays &y,
                   const FitOptions &options) {
  const std::unique_ptr<FitData> data = divide(impl->compiled, x, y, options);
  return Fitting(*this, *data, options).run();
}

History Model::fit(BatchSource &source, const FitOptions &options) {
  const std::unique_ptr<FitData> data = divide(impl->compiled, source, options);
  return Fitting(*this, *data, options).run();
}
