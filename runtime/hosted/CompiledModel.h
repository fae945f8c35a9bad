//===- CompiledModel.h - a descriptor with its memory ----------*- C++ -*-===//
//
// Owns the blocks of one compiled model and calls its entry points. Knows
// nothing of arrays or epochs.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "HostThreads.h"
#include "ingot/runtime.h"

#include <new>
#include <span>
#include <string>
#include <vector>

namespace ingot::rt {

/// Uninitialized memory, aligned as a compiled model wants it.
class Block {
public:
  Block(std::size_t bytes, std::size_t align);
  std::byte *data() const { return memory.get(); }

private:
  struct Free {
    std::align_val_t align;
    void operator()(std::byte *memory) const {
      ::operator delete(memory, align);
    }
  };
  std::unique_ptr<std::byte, Free> memory;
};

/// Loss and metrics by name.
Metrics metricsOf(const ingot_model_desc &desc,
                  std::span<const ingot_mean> means);

/// Adds the samples of `from` to `into`.
void mergeMetrics(const ingot_model_desc &desc, std::span<ingot_mean> into,
                  std::span<const ingot_mean> from);

/// Copies of `tensors`, variables or slots, in their block, by name.
NamedList<Array> variablesOf(const ingot_model_desc &desc,
                             std::span<const ingot_tensor_desc> tensors,
                             const std::byte *block);

class CompiledModel {
public:
  CompiledModel(const ingot_model_desc *desc, std::uint64_t seed,
                int wantedThreads);

  const ingot_model_desc &desc() const { return *description; }
  std::string_view name() const { return text(desc().name); }
  std::string_view text(std::uint32_t offset) const {
    return ingot_string(description, offset);
  }
  std::span<const ingot_tensor_desc> inputs() const {
    return table(desc().inputs, desc().input_count);
  }
  std::span<const ingot_tensor_desc> outputs() const {
    return table(desc().outputs, desc().output_count);
  }
  std::span<const ingot_tensor_desc> targets() const {
    return table(desc().targets, desc().target_count);
  }
  std::span<const ingot_tensor_desc> variables() const {
    return table(desc().variables, desc().variable_count);
  }
  std::span<const ingot_tensor_desc> slots() const {
    return table(desc().slots, desc().slot_count);
  }

  /// "train_step".
  static std::string_view entryName(ingot_entry entry);
  /// Largest batch of `entry`. Throws Error if it was not compiled.
  std::int32_t maxBatch(ingot_entry entry) const;
  /// The error for a status that is not INGOT_OK; `detail` may add the culprit.
  Error refusal(ingot_entry entry, std::int32_t status,
                const std::string &detail = {}) const;

  /// The entry points. Arguments are arrays of pointers as abi.h lays them
  /// out; what is returned is the entry's status.
  std::int32_t trainStep(const void *const *inputs, const void *const *targets,
                         std::int32_t batch);
  std::int32_t evaluate(const void *const *inputs, const void *const *targets,
                        std::int32_t batch);
  std::int32_t predict(const void *const *inputs, void *const *outputs,
                       std::int32_t batch);

  /// The halves of trainStep: gradients overwrites `grads`, which is laid out
  /// like params, and `means`; applyGradients takes them one step.
  std::int32_t gradients(const void *const *inputs, const void *const *targets,
                         std::int32_t batch, std::uint32_t stream, float *grads,
                         std::span<ingot_mean> means);
  std::int32_t applyGradients(const float *grads);

  /// Values accumulated by trainStep and evaluate since resetMetrics.
  Metrics metrics() const { return metricsOf(desc(), accumulated); }
  void resetMetrics() { resetMetrics(accumulated); }
  /// The accumulators themselves, to be kept and put back.
  std::span<ingot_mean> means() { return accumulated; }

  /// The block of weights. What is written to it must be followed by
  /// weightsChanged().
  std::byte *params() const { return paramsBlock.data(); }
  void weightsChanged() {
    preparedIsCurrent = false;
    predicted = 0;
  }
  /// The block of the optimizer; no bytes without training.
  std::byte *state() const { return stateBlock.data(); }

  /// The layers of each call from now on; null: no more.
  void measure(std::shared_ptr<LayerClock> clock) {
    threads.measure(std::move(clock));
  }

  float learningRate() const;
  void setLearningRate(float value);

private:
  std::span<const ingot_tensor_desc> table(std::uint32_t offset,
                                           std::uint32_t count) const {
    return {ingot_tensors(description, offset), count};
  }
  template <class Function> Function *function(ingot_entry entry) const;
  void resetMetrics(std::span<ingot_mean> means);
  /// The prepared weights for a call of predict with `samples` more, made anew
  /// if weights have changed; nullptr if the model has none, or if too little is
  /// predicted between two changes to repay them.
  const void *prepared(std::int32_t samples);

  const ingot_model_desc *description;
  HostThreads threads;
  Block paramsBlock, stateBlock, preparedBlock, arena;
  std::vector<ingot_mean> accumulated;
  bool preparedIsCurrent = false;
  std::uint64_t predicted = 0; ///< samples since weights have changed
};

} // namespace ingot::rt
