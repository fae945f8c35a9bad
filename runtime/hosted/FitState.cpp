//===- FitState.cpp - out of a fit and into it ---------------------------===//
//
// What Fitting goes on from, as a value.
//
//===----------------------------------------------------------------------===//
#include "Fitting.h"

#include <fmt/format.h>

#include <algorithm>

using namespace ingot::rt;

FitState Fitting::state() const {
  FitState state;
  state.epoch = epoch;
  state.step = step;
  state.stop_training = model.stop_training;
  state.shuffle_seed = impl.seed;
  state.pass = pass;
  state.batches = batches;
  state.batch_size = data.training->batchSize();
  state.samples = data.training->samples();
  const std::span<const ingot_mean> means = compiled.means();
  state.means.assign(means.begin(), means.end());
  state.history = history;
  copyBlocks(compiled, state);
  state.callbacks = callbacks.save();
  return state;
}

static void requireHash(const CompiledModel &model, const char *what,
                        std::uint64_t given, std::uint64_t wanted) {
  if (given != wanted)
    throw Error(fmt::format("the state has {} of another model than `{}`: "
                            "their number is {:016x}; must be {:016x}",
                            what, model.name(), given, wanted));
}

/// The columns of all of `tensors`, or Error.
static std::vector<Column> bindAll(const CompiledModel &model,
                                   const std::string &role,
                                   std::span<const ingot_tensor_desc> tensors,
                                   const NamedList<Array> &arrays) {
  std::vector<Column> columns = bindVariables(model, role, tensors, arrays);
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (!columns[i].tensor)
      throw Error(fmt::format("the state lacks {} `{}`", role,
                              model.text(tensors[i].name)));
  return columns;
}

void ingot::rt::requireStateOf(CompiledModel &model, const FitState &state) {
  requireHash(model, "weights", state.arch_hash, model.desc().arch_hash);
  requireHash(model, "optimizer state", state.train_hash,
              model.desc().train_hash);
  bindAll(model, "weight", model.variables(), state.weights);
  bindAll(model, "optimizer state", model.slots(), state.optimizer);
  if (state.means.size() != model.means().size())
    throw Error(fmt::format("the state has {} means and `{}` has {} metrics",
                            state.means.size(), model.name(),
                            model.means().size()));
  if (state.epoch < 0 || state.step < 0 || state.batches < 0)
    throw Error("the state has a negative position");
}

void ingot::rt::enterBlocks(CompiledModel &model, const FitState &state) {
  writeVariables(bindAll(model, "weight", model.variables(), state.weights),
                 model.params());
  model.weightsChanged();
  writeVariables(
      bindAll(model, "optimizer state", model.slots(), state.optimizer),
      model.state());
}

void ingot::rt::copyBlocks(const CompiledModel &model, FitState &state) {
  const ingot_model_desc &desc = model.desc();
  state.arch_hash = desc.arch_hash;
  state.weights = variablesOf(desc, model.variables(), model.params());
  state.train_hash = desc.train_hash;
  state.optimizer = variablesOf(desc, model.slots(), model.state());
}

void Fitting::resume(FitState state) {
  if (!beginning)
    throw Error("`resume` was called outside of on_train_begin");
  if (resumed)
    throw Error("`resume` was called twice; a fit goes on from one state");
  requireStateOf(compiled, state);
  resumed = std::move(state);
}

void Fitting::enter(const FitState &from) {
  // Between passes the data may be other than it was.
  const Stream &stream = *data.training;
  if (from.step > 0 && (from.samples != stream.samples() ||
                        from.batch_size != stream.batchSize()))
    throw Error(fmt::format(
        "the state is of step {} in an epoch over {} samples in batches of {}, "
        "and this fit has {} in batches of {}; must be the same",
        from.step, from.samples, from.batch_size, stream.samples(),
        stream.batchSize()));
  enterBlocks(compiled, from);
  std::ranges::copy(from.means, compiled.means().begin());
  history = from.history;
  history.interrupted = false;
  history.validation_freq = options.validation_freq;
  model.stop_training = from.stop_training;
  epoch = from.epoch;
  step = from.step;
  impl.seed = from.shuffle_seed;
  pass = from.pass;
  batches = from.batches;
  callbacks.restore(from.callbacks);
}
