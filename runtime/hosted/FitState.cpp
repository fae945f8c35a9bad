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
  const ingot_model_desc &desc = compiled.desc();
  state.arch_hash = desc.arch_hash;
  state.weights = variablesOf(desc, compiled.variables(), compiled.params());
  state.train_hash = desc.train_hash;
  state.optimizer = variablesOf(desc, compiled.slots(), compiled.state());
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

void Fitting::resume(FitState state) {
  if (!beginning)
    throw Error("`resume` was called outside of on_train_begin");
  if (resumed)
    throw Error("`resume` was called twice; a fit goes on from one state");
  requireHash(compiled, "weights", state.arch_hash, compiled.desc().arch_hash);
  requireHash(compiled, "optimizer state", state.train_hash,
              compiled.desc().train_hash);
  bindAll(compiled, "weight", compiled.variables(), state.weights);
  bindAll(compiled, "optimizer state", compiled.slots(), state.optimizer);
  if (state.means.size() != compiled.means().size())
    throw Error(fmt::format("the state has {} means and `{}` has {} metrics",
                            state.means.size(), compiled.name(),
                            compiled.means().size()));
  if (state.epoch < 0 || state.step < 0 || state.batches < 0)
    throw Error("the state has a negative position");
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
  writeVariables(
      bindAll(compiled, "weight", compiled.variables(), from.weights),
      compiled.params());
  compiled.weightsChanged();
  writeVariables(
      bindAll(compiled, "optimizer state", compiled.slots(), from.optimizer),
      compiled.state());
  std::ranges::copy(from.means, compiled.means().begin());
  history = from.history;
  history.interrupted = false;
  model.stop_training = from.stop_training;
  epoch = from.epoch;
  step = from.step;
  impl.seed = from.shuffle_seed;
  pass = from.pass;
  batches = from.batches;
  callbacks.restore(from.callbacks);
}
