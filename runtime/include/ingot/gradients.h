//===- gradients.h - one optimizer step in two halves ----------*- C++ -*-===//
//
// What Model::gradients gives and Model::apply_gradients takes. Between the two
// stand programs that gather gradients over several batches, or over several
// replicas of a model:
//
//   rt::Gradients mean;                             // of no samples
//   for (rt::Model &replica : replicas)             // in threads, say
//     mean.merge(replica.gradients(part_of_x, part_of_y));
//   for (rt::Model &replica : replicas)
//     replica.apply_gradients(mean);
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/abi.h"
#include "ingot/array.h"
#include "ingot/history.h"
#include "ingot/named_list.h"

#include <cstdint>
#include <memory>

namespace ingot::rt {

struct GradientsOptions {
  /// As for train_on_batch.
  Arrays sample_weight = {};
  /// Tells the random numbers of calls apart that are made on one state:
  /// replicas draw different ones if each has a number of its own.
  std::uint32_t stream = 0;
};

/// The gradient of the loss over some samples, penalties of weights included,
/// with the loss and the metrics of these samples. Independent of the Model
/// that made it; used by one thread at a time.
class Gradients {
public:
  /// Of no samples and no model yet.
  Gradients();
  ~Gradients();
  Gradients(Gradients &&) noexcept;
  Gradients &operator=(Gradients &&) noexcept;

  /// The number of samples, by which the means in it were divided.
  std::int64_t samples() const;

  /// The values of these samples, before any update.
  Metrics metrics() const;

  /// A copy of each weight's gradient under the weight's name, in the model's
  /// order; 0 for frozen weights.
  NamedList<Array> values() const;

  /// Makes this what one call over the samples of both would have given, up to
  /// rounding: the mean of the two, weighted by samples(). Where masks reach a
  /// loss, this holds if both have as many unmasked values a sample. Throws
  /// Error if they are of models that differ.
  void merge(const Gradients &other);

private:
  friend class Model;
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace ingot::rt
