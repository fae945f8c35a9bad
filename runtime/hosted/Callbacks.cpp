//===- Callbacks.cpp - the callbacks of one call, and small ones ---------===//
#include "CallbackList.h"

#include "ingot/callbacks.h"
#include "ingot/error.h"
#include "ingot/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace ingot::rt;

Training &Callback::training() const {
  if (!run)
    throw Error("no fit is under way; `training()` is for the hooks of a fit");
  return *run;
}

CallbackList::CallbackList(const Callbacks &callbacks, Model &model,
                           const CallbackParams &params, Training *run)
    : callbacks(callbacks) {
  for (const CallbackHandle &callback : callbacks) {
    callback->set_params(params);
    callback->set_model(model);
    callback->run = run;
  }
}

CallbackList::~CallbackList() {
  for (const CallbackHandle &callback : callbacks) {
    callback->on_leave();
    callback->run = nullptr;
  }
}

NamedList<CallbackState> CallbackList::save() const {
  NamedList<CallbackState> states;
  for (const CallbackHandle &callback : callbacks) {
    const std::string name = callback->name();
    if (!name.empty())
      callback->save(states.add(name, {}));
  }
  return states;
}

void CallbackList::restore(const NamedList<CallbackState> &states) {
  std::map<std::string, std::size_t> seen;
  for (const CallbackHandle &callback : callbacks) {
    const std::string name = callback->name();
    if (name.empty())
      continue;
    std::size_t skip = seen[name]++;
    const auto found = std::ranges::find_if(states, [&](const auto &item) {
      return item.first == name && skip-- == 0;
    });
    if (found != states.end())
      callback->restore(found->second);
  }
}

//===----------------------------------------------------------------------===//
// Callbacks of a few lines
//===----------------------------------------------------------------------===//

void TerminateOnNaN::on_train_batch_end(std::int64_t batch,
                                        const Metrics &logs) {
  const double *loss = logs.find("loss");
  if (!loss || std::isfinite(*loss))
    return;
  training().print(fmt::format("Batch {}: the loss is {}, terminating training",
                               batch, *loss));
  model().stop_training = true;
}

template <class F, class... Arguments>
static void callIfSet(const F &function, Arguments &&...arguments) {
  if (function)
    function(std::forward<Arguments>(arguments)...);
}

void LambdaCallback::on_epoch_begin(int epoch) {
  callIfSet(functions.on_epoch_begin, epoch);
}
void LambdaCallback::on_epoch_end(int epoch, Metrics &logs) {
  callIfSet(functions.on_epoch_end, epoch, logs);
}
void LambdaCallback::on_train_begin() { callIfSet(functions.on_train_begin); }
void LambdaCallback::on_train_end(const Metrics &logs) {
  callIfSet(functions.on_train_end, logs);
}
void LambdaCallback::on_train_batch_begin(std::int64_t batch) {
  callIfSet(functions.on_train_batch_begin, batch);
}
void LambdaCallback::on_train_batch_end(std::int64_t batch,
                                        const Metrics &logs) {
  callIfSet(functions.on_train_batch_end, batch, logs);
}
