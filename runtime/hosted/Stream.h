//===- Stream.h - batches, pass after pass ---------------------*- C++ -*-===//
//
// Where fit, evaluate and predict take their batches from. They do not know
// what is behind it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Binding.h"

#include "ingot/source.h"

#include <functional>

namespace ingot::rt {

/// A pass over the data. The samples of a pass and their order follow from
/// both.
struct Pass {
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
};

class Stream {
public:
  virtual ~Stream() = default;

  /// Batches of one pass; empty if only a pass itself can tell.
  virtual std::optional<std::int64_t> length() const = 0;
  /// Samples of one pass and of a batch; 0 if they are not known.
  virtual std::int64_t samples() const { return 0; }
  virtual std::int64_t batchSize() const { return 0; }

  /// Begins `pass` at its batch number `batch`.
  virtual void start(const Pass &pass, std::int64_t batch) = 0;

  /// The next batch of this pass, or none if it is over. What it refers to is
  /// there until the next call of next or start.
  virtual std::optional<Rows> next() = 0;
};

/// Batches of `batchSize` samples of `feed`, which must outlive the stream; the
/// last one may be smaller.
std::unique_ptr<Stream> streamOf(const Feed &feed, std::int64_t batchSize,
                                 Shuffle shuffle = false);

/// Checks a batch against what it is for.
using Bind = std::function<Feed(const Batch &)>;

/// Batches of `source`, which must outlive the stream, each checked by `bind`.
/// Both are called on another thread.
std::unique_ptr<Stream> streamOf(BatchSource &source, Bind bind);

} // namespace ingot::rt
