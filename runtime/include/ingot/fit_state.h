//===- fit_state.h - everything that a fit goes on from --------*- C++ -*-===//
//
// A fit that is entered with the FitState of another goes on where that one
// was, to the same bits: in the middle of an epoch, too, with the samples in
// the same order, and with callbacks that remember what they had seen.
// Callbacks read it and enter with it; see Training in callback.h.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/abi.h"
#include "ingot/array.h"
#include "ingot/history.h"
#include "ingot/named_list.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ingot::rt {

/// What a callback carries from one process to the next. Whole numbers below
/// 2^53 are numbers, too; a number may be infinite or NaN.
struct CallbackState {
  NamedList<double> numbers;
  NamedList<std::string> texts;
  NamedList<Array> arrays;
};

/// A value: nothing in it refers to the model or the data.
struct FitState {
  /// The epoch that the next step belongs to, from 0, and how many steps of it
  /// are done. All of them: its validation and its end are still to come.
  int epoch = 0;
  std::int64_t step = 0;
  /// A callback has asked for the end.
  bool stop_training = false;

  /// Passes over the data are numbered over the life of a Model. The order of
  /// the samples in pass `pass` follows from it and from `shuffle_seed`;
  /// `batches` of its batches are done.
  std::uint64_t shuffle_seed = 0;
  std::uint64_t pass = 0;
  std::int64_t batches = 0;
  /// What `batches` counts: size of a batch and number of samples; both 0 if
  /// the data is a BatchSource.
  std::int64_t batch_size = 0;
  std::int64_t samples = 0;

  /// Loss and metrics of the epoch so far, in the order of the descriptor.
  std::vector<ingot_mean> means;
  /// The epochs so far.
  History history;

  /// All weights by name, with the number that guards their layout.
  std::uint64_t arch_hash = 0;
  NamedList<Array> weights;
  /// Everything in `state` by name: step count, learning rate, the key of
  /// dropout, slots.
  std::uint64_t train_hash = 0;
  NamedList<Array> optimizer;

  /// What each callback that has a name saved, in the order of the callbacks.
  NamedList<CallbackState> callbacks;
};

} // namespace ingot::rt
