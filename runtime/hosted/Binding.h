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
  /// Where row 0 is in the user's arrays; `origin`, if not empty, has that of
  /// each row. `place` is what a message adds: " of batch 7".
  std::int64_t firstRow = 0;
  std::span<const std::int64_t> origin = {};
  std::string place = {};

  /// Rows [begin, end) of this feed.
  Feed slice(std::int64_t begin, std::int64_t end) const;
};

/// Matches `x` to the inputs of `model`. Throws Error if they do not fit.
Feed bindInputs(const CompiledModel &model, const Arrays &x);

/// Also matches `y` and `sampleWeight` to its targets.
Feed bind(const CompiledModel &model, const Arrays &x, const Arrays &y,
          const Arrays &sampleWeight);

/// Matches `arrays` to `tensors`, variables or slots: one column each, without
/// data for those that are not named. `role` is "weight", say.
std::vector<Column> bindVariables(const CompiledModel &model,
                                  const std::string &role,
                                  std::span<const ingot_tensor_desc> tensors,
                                  const Arrays &arrays);

/// Copies the columns that have data to their places in `block`.
void writeVariables(std::span<const Column> columns, std::byte *block);

/// "shape [-1, 784]" as [batch, 784].
std::string expectedShape(const ingot_tensor_desc &tensor);

/// A batch: rows [first, first + count) of a feed.
struct Rows {
  const Feed *feed = nullptr;
  std::int64_t first = 0, count = 0;
};

/// The pointers to a batch, as entries take them.
class BatchPointers {
public:
  BatchPointers() = default;
  explicit BatchPointers(const Rows &rows) { at(rows); }

  void at(const Rows &rows);

  const void *const *inputs() const { return inputPointers.data(); }
  const void *const *targets() const { return targetPointers.data(); }

private:
  std::vector<const void *> inputPointers, targetPointers;
};

/// For a status: names the first value of `rows` that is out of range, with its
/// row in the user's arrays. Empty if there is none.
std::string outOfRange(const CompiledModel &model, const Rows &rows);

/// A feed of copies of another feed's rows, side by side in memory that is
/// allocated once.
class GatheredFeed {
public:
  /// For at most `largest` rows of `source`, which must outlive it.
  GatheredFeed(const Feed &source, std::int64_t largest);

  /// Makes it these rows of the source. `rows` must live as long as they are
  /// used.
  void gather(std::span<const std::int64_t> rows);
  const Feed &feed() const { return copies; }

private:
  const Feed *source;
  Block memory;
  Feed copies;
  std::vector<std::byte *> inputs, targets; ///< of the columns in `memory`
};

} // namespace ingot::rt
