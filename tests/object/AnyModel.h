//===- AnyModel.h - calls of a model that a descriptor describes -*- C++ -*-===//
//
// Every tensor and block against a guard page. Data depends on the model's
// signature alone, so models of one network get the same.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "GuardedBlock.h"

#include <gtest/gtest.h>
#include <ingot/abi.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ingot::test {

using Bytes = std::vector<unsigned char>;

inline std::span<const ingot_tensor_desc> table(const ingot_model_desc *desc, uint32_t offset, uint32_t count) {
  return {ingot_tensors(desc, offset), count};
}

inline int64_t elements(const ingot_tensor_desc &tensor, int64_t batch) {
  int64_t count = 1;
  for (uint32_t i = 0; i < tensor.rank; ++i)
    count *= tensor.dims[i] < 0 ? batch : tensor.dims[i];
  return count;
}

/// Tensors of one struct of a call; pointers are what the call gets.
class Tensors {
public:
  Tensors(const ingot_model_desc *desc, uint32_t offset, uint32_t count, int batch, bool withWeights = false) {
    for (const ingot_tensor_desc &tensor : table(desc, offset, count)) {
      const int64_t size = elements(tensor, batch);
      blocks.push_back(std::make_unique<GuardedBlock>(size * 4, 4, Side::Back, 0));
      for (int64_t i = 0; i < size; ++i) {
        const uint32_t number = static_cast<uint32_t>(i) * 2654435761u >> 8;
        if (tensor.dtype == INGOT_I32)
          blocks.back()->as<int32_t>()[i] = static_cast<int32_t>(number % (tensor.classes ? tensor.classes : 2));
        else
          blocks.back()->as<float>()[i] = static_cast<float>(number % 1000) / 1000.0f;
      }
      pointers.push_back(blocks.back()->as());
      if (withWeights)
        pointers.push_back(nullptr);
    }
  }

  /// All values, one tensor after the other.
  Bytes bytes() const {
    Bytes all;
    for (const auto &block : blocks)
      all.insert(all.end(), block->as<unsigned char>(), block->as<unsigned char>() + block->size());
    return all;
  }

  std::vector<void *> pointers;

private:
  std::vector<std::unique_ptr<GuardedBlock>> blocks;
};

/// The entry point number `entry`, as a function.
template <typename Function> Function *entryOf(const ingot_model_desc *desc, unsigned entry) {
  return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, entry)));
}


/// What a call returned and wrote.
struct Outcome {
  int32_t status;
  Bytes bytes;
  bool operator==(const Outcome &) const = default;
};

inline Outcome predict(const ingot_model_desc *desc, const float *params, int batch, const void *prepared = nullptr) {
  Tensors in(desc, desc->inputs, desc->input_count, batch), out(desc, desc->outputs, desc->output_count, batch);
  GuardedBlock arena(desc->entries[INGOT_ENTRY_PREDICT].arena_bytes, desc->align, Side::Back, 0xA5);
  const int32_t status = entryOf<ingot_predict_fn>(desc, INGOT_ENTRY_PREDICT)(
      params, prepared, in.pointers.data(), out.pointers.data(), batch, arena.as(), nullptr);
  return {status, out.bytes()};
}

inline Outcome evaluate(const ingot_model_desc *desc, const float *params, int batch) {
  Tensors in(desc, desc->inputs, desc->input_count, batch);
  Tensors targets(desc, desc->targets, desc->target_count, batch, /*withWeights=*/true);
  GuardedBlock arena(desc->entries[INGOT_ENTRY_EVALUATE].arena_bytes, desc->align, Side::Back, 0xA5);
  GuardedBlock metrics(desc->metric_count * sizeof(ingot_mean), 4, Side::Back, 0);
  const int32_t status = entryOf<ingot_evaluate_fn>(desc, INGOT_ENTRY_EVALUATE)(
      params, in.pointers.data(), targets.pointers.data(), batch, metrics.as(), arena.as(), nullptr);
  return {status, {metrics.as<unsigned char>(), metrics.as<unsigned char>() + metrics.size()}};
}

/// Params after `steps` training steps from what `init` left in params and state.
inline Bytes trained(const ingot_model_desc *desc, GuardedBlock &params, GuardedBlock &state, int steps) {
  Tensors in(desc, desc->inputs, desc->input_count, 8);
  Tensors targets(desc, desc->targets, desc->target_count, 8, /*withWeights=*/true);
  std::vector<ingot_mean> metrics(desc->metric_count);
  for (int step = 0; step < steps; ++step) {
    GuardedBlock arena(desc->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes, desc->align, Side::Back, 0xA5);
    EXPECT_EQ(entryOf<ingot_train_step_fn>(desc, INGOT_ENTRY_TRAIN_STEP)(params.as<float>(), state.as(),
                                                                         in.pointers.data(), targets.pointers.data(), 8,
                                                                         metrics.data(), arena.as(), nullptr),
              INGOT_OK);
  }
  return {params.as<unsigned char>(), params.as<unsigned char>() + params.size()};
}

} // namespace ingot::test
