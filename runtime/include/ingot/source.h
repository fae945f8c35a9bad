//===- source.h - data that does not fit in memory -------------*- C++ -*-===//
//
// A source hands out one batch after the other: from files, a network, a
// generator. fit, evaluate and predict take it where they take arrays:
//
//   class Shards : public rt::BatchSource {
//     void reset(std::uint64_t pass) override { order = shuffled(files, pass);
//     } std::optional<rt::Batch> next() override {
//       if (order.empty())
//         return {};
//       return rt::Batch{.x = read(order.back()), .y = ...};
//     }
//     ...
//   };
//   Shards shards;
//   model.fit(shards, {.epochs = 10});
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <cstdint>
#include <optional>

namespace ingot::rt {

/// One batch, with arrays as fit takes them. `y` is empty for predict. Arrays
/// had better own their memory: a view must stay valid for two more calls of
/// `next` than max_queue_size() says.
struct Batch {
  Arrays x = {};
  Arrays y = {};
  Arrays sample_weight = {};
};

/// Batches, pass after pass. While a verb runs, all but length() and
/// max_queue_size() are called on a thread of its own, one call at a time. What
/// they throw ends the verb, which throws an Error with the text and the batch.
class BatchSource {
public:
  virtual ~BatchSource() = default;

  /// Begins a pass. `pass` counts the passes of training over the life of a
  /// Model; it is 0 for validation, evaluate and predict. If the batches and
  /// their order follow from the number alone, a fit can be resumed to the same
  /// bits.
  virtual void reset(std::uint64_t pass) = 0;

  /// The next batch of the pass; none: the pass is over. A batch of training
  /// has at most as many samples as `train_step` was compiled for; others are
  /// sliced.
  virtual std::optional<Batch> next() = 0;

  /// Batches of a pass, if they are known: for the progress line and the time
  /// that is left. A pass that ends before is an Error.
  virtual std::optional<std::int64_t> length() const { return {}; }

  /// Makes batch number `batch` of this pass the next one, or returns false. A
  /// fit that is resumed in the middle of a pass then takes the batches before
  /// it and drops them.
  virtual bool seek(std::int64_t /*batch*/) { return false; }

  /// Batches that are made ahead, at least 1.
  virtual int max_queue_size() const { return 2; }
};

} // namespace ingot::rt
