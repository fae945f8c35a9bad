//===- CallbackList.h - the callbacks of one call --------------*- C++ -*-===//
//
// Calls the hooks in the order of the list.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/callbacks.h"

namespace ingot::rt {

class CallbackList {
public:
  /// Tells the callbacks what is under way until the list is destroyed. `run`
  /// is null outside of fit.
  CallbackList(const Callbacks &callbacks, Model &model,
               const CallbackParams &params, Training *run);
  ~CallbackList();
  CallbackList(const CallbackList &) = delete;
  CallbackList &operator=(const CallbackList &) = delete;

  bool empty() const { return callbacks.empty(); }

  /// Calls `hook` of each with `arguments`.
  template <class... Parameters, class... Arguments>
  void call(void (Callback::*hook)(Parameters...), Arguments &&...arguments) {
    for (const CallbackHandle &callback : callbacks)
      ((*callback).*hook)(arguments...);
  }

  /// What all callbacks that have a name save.
  NamedList<CallbackState> save() const;
  /// Hands each what the one of its name, and of its place among several of
  /// that name, has saved. One that is new keeps its beginning.
  void restore(const NamedList<CallbackState> &states);

private:
  Callbacks callbacks;
};

} // namespace ingot::rt
