//===- Binding.h - arrays matched to a model's tensors ---------*- C++ -*-===//
//
// Between the user's arrays and the entry points: checks arrays against the
// descriptor once, then cuts batches out of them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "CompiledModel.h"

#include <span>

namespace ingot::rt {

/// All samples of one pointer that an entry takes.
struct Column {
  /// Of the element type that the model wants; no data: a null pointer.
  Array array;
  /// What it is matched to; nullptr: sample weights.
  const ingot_tensor_desc *tensor = nullptr;
  std::size_t rowBytes = 0;

  const std::byte *row(std::int64_t index) const {
    return static_cast<const std::byte *>(array.data()) +
           static_cast<std::size_t>(index) * rowBytes;
  }
};

/// The data of a call, checked. Columns stand in the order of NAME_inputs and
/// NAME_targets.
struct Feed {
  std::vector<Column> inputs;
  std::vector<Column> targets; ///< each followed by its sample weights
  std::int64_t rows = 0;
  std::int64_t firstRow = 0; ///< in the user's arrays

  /// Rows [begin, end) of this feed.
  Feed slice(std::int64_t begin, std::int64_t end) const;
};

/// Matches `x` to the inputs of `model`. Throws Error if they do not fit.
Feed bindInputs(const CompiledModel &model, const Arrays &x);

/// Also matches `y` and `sampleWeight` to its targets.
Feed bind(const CompiledModel &model, const Arrays &x, const Arrays &y,
          const Arrays &sampleWeight);

/// Matches `weights` to the variables of `model`: one column each, without
/// data for those that are not named.
std::vector<Column> bindWeights(const CompiledModel &model,
                                const Arrays &weights);

/// "shape [-1, 784]" as [batch, 784].
std::string expectedShape(const ingot_tensor_desc &tensor);

/// Cuts batches out of a feed: by pointing into it, or by copying rows side by
/// side into a buffer that is allocated once.
class BatchReader {
public:
  /// `gathers`: at(rows) will be used, with at most `largest` rows.
  BatchReader(const Feed &feed, std::int64_t largest, bool gathers);

  /// Rows [first, first + count).
  void at(std::int64_t first, std::int64_t count);
  /// The rows listed.
  void at(std::span<const std::int64_t> rows);

  const void *const *inputs() const { return inputPointers.data(); }
  const void *const *targets() const { return targetPointers.data(); }
  std::int32_t size() const { return static_cast<std::int32_t>(count); }

  /// For a status: names the first value of the batch that is out of range,
  /// with its row in the user's arrays. Empty if there is none.
  std::string outOfRange(const CompiledModel &model) const;

private:
  std::string outOfRange(const CompiledModel &model, std::string_view role,
                         std::span<const Column> columns) const;

  const Feed &feed;
  Block staging;
  std::vector<std::byte *> inputStaging, targetStaging;
  std::vector<const void *> inputPointers, targetPointers;
  std::int64_t first = 0, count = 0;
  std::span<const std::int64_t> gathered; ///< empty: the batch is contiguous
};

} // namespace ingot::rt
