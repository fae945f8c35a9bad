//===- callback.h - code that runs during a fit ----------------*- C++ -*-===//
//
// Keras' hook points. A callback is handed to a verb as an lvalue, which is
// referred to, or as an rvalue, which the verb keeps:
//
//   struct Printer : rt::Callback {
//     void on_epoch_end(int epoch, rt::Metrics &logs) override {
//       std::printf("epoch %d: loss %g\n", epoch, logs["loss"]);
//       if (logs["loss"] < 0.01)
//         model().stop_training = true;
//     }
//   };
//   Printer printer;
//   model.fit(x, y, {.epochs = 10, .callbacks = {printer, OtherCallback()}});
//
// The order of calls in a fit; callbacks are called in the order of the list:
//
//   set_params, set_model
//   on_train_begin                     a callback may call training().resume()
//   restore                            if one did: of every callback it knows
//   each epoch:
//     on_epoch_begin                   not if entered in the middle of it
//     each batch:
//       on_train_batch_begin, on_train_batch_end
//       on_settled(FitPoint::Batch), on_written
//     on_test_begin, each batch:       if there is a validation
//       on_test_batch_begin, on_test_batch_end
//     on_test_end
//     on_epoch_end
//     on_settled(FitPoint::Epoch), on_written
//   on_settled(FitPoint::Interrupted)  after Ctrl-C, instead of Batch or Epoch
//   on_train_end                       not if something was thrown
//   on_leave                           also then; of any verb
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/fit_state.h"
#include "ingot/history.h"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace ingot::rt {

class Callback;
class CallbackList;
class Model;

/// Keras' `params`: what a verb was called with.
struct CallbackParams {
  int verbose = 0;
  /// 0 outside of fit.
  int epochs = 0;
  /// Batches of an epoch, of the evaluation or prediction; empty if the data
  /// does not tell.
  std::optional<std::int64_t> steps;
  /// Whether there is data to validate with, so that "val_" values are to come.
  bool validates = false;
};

/// A fit that is under way, as its callbacks see it.
class Training {
public:
  virtual ~Training() = default;

  /// Everything that the fit goes on from, as a copy. Between two on_settled it
  /// may hold what some callbacks have seen and others have not, so it is asked
  /// for there.
  virtual FitState state() const = 0;

  /// Goes on from `state` instead of the beginning: after all on_train_begin,
  /// weights, optimizer, position, history and callbacks become those of it.
  /// May only be called in on_train_begin, once. Throws Error, with nothing
  /// changed, if it is of another model; fit throws if it is of other data.
  virtual void resume(FitState state) = 0;

  /// Prints a line that leaves the progress line intact. `line` has no line
  /// break.
  virtual void print(const std::string &line) = 0;
  /// The same on stderr, after "warning: ".
  virtual void warn(const std::string &line) = 0;
};

/// Where a fit stands when all its callbacks have seen the same.
enum class FitPoint {
  Batch,      ///< after a step
  Epoch,      ///< after an epoch
  Interrupted ///< where Ctrl-C ended it; on_train_end follows
};

/// Does nothing; a derived class overrides what it wants. What a hook throws,
/// the verb throws.
class Callback {
public:
  virtual ~Callback() = default;

  virtual void set_params(const CallbackParams &params) { given = params; }
  virtual void set_model(Model &model) { owner = &model; }

  virtual void on_train_begin() {}
  /// `logs` are those of the last epoch; empty if there was none.
  virtual void on_train_end(const Metrics & /*logs*/) {}
  virtual void on_epoch_begin(int /*epoch*/) {}
  /// `logs` has the values of the epoch, "val_" ones included. What is added to
  /// it is seen by the callbacks that follow and goes into History.
  virtual void on_epoch_end(int /*epoch*/, Metrics & /*logs*/) {}
  virtual void on_train_batch_begin(std::int64_t /*batch*/) {}
  /// `logs` are the means of the epoch so far.
  virtual void on_train_batch_end(std::int64_t /*batch*/,
                                  const Metrics & /*logs*/) {}

  /// For evaluate and for validation.
  virtual void on_test_begin() {}
  virtual void on_test_end(const Metrics & /*logs*/) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/,
                                 const Metrics & /*logs*/) {}

  virtual void on_predict_begin() {}
  virtual void on_predict_end() {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/) {}

  /// All callbacks have seen the batch or the epoch: here training().state() is
  /// what an uninterrupted fit would go on from.
  virtual void on_settled(FitPoint /*point*/) {}
  /// All callbacks have written what they write in on_settled. Here is saved
  /// what a new process goes on from, and so never ahead of their files.
  virtual void on_written(FitPoint /*point*/) {}

  /// The verb is over: it has ended, or something was thrown. One callback may be in
  /// verbs inside others, as in an evaluate of another's on_epoch_end.
  virtual void on_leave() noexcept {}

  /// Under what its state is kept in a FitState. Empty: it has none. Callbacks
  /// of one name are told apart by their order.
  virtual std::string name() const { return {}; }
  /// Writes what the callback would have to know to go on, and takes it back.
  /// restore is called after on_train_begin.
  virtual void save(CallbackState & /*state*/) const {}
  virtual void restore(const CallbackState & /*state*/) {}

protected:
  /// The model and the arguments of the verb that is under way.
  Model &model() const { return *owner; }
  const CallbackParams &params() const { return given; }
  /// The fit that is under way. Throws Error if there is none.
  Training &training() const;

private:
  friend class CallbackList;
  Model *owner = nullptr;
  Training *run = nullptr;
  CallbackParams given;
};

/// A callback in a list: refers to an lvalue, which must outlive the verb; owns
/// an rvalue or shares a shared_ptr.
class CallbackHandle {
public:
  template <class C>
  requires std::derived_from<std::remove_reference_t<C>, Callback>
  CallbackHandle(C &&callback) {
    if constexpr (std::is_lvalue_reference_v<C>)
      held = std::shared_ptr<Callback>(std::shared_ptr<Callback>(), &callback);
    else
      held = std::make_shared<C>(std::move(callback));
  }
  template <std::derived_from<Callback> C>
  CallbackHandle(std::shared_ptr<C> callback) : held(std::move(callback)) {}

  Callback &operator*() const { return *held; }
  Callback *operator->() const { return held.get(); }

private:
  std::shared_ptr<Callback> held;
};

using Callbacks = std::vector<CallbackHandle>;

} // namespace ingot::rt
