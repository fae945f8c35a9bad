//===- Callbacks.cpp - the callbacks of one call -------------------------===//
#include "CallbackList.h"

#include "ingot/error.h"

#include <algorithm>
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
  for (const CallbackHandle &callback : callbacks)
    callback->run = nullptr;
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
