//===- ArrayStream.cpp - batches of arrays in memory ---------------------===//
//
// In order, batches point into the user's arrays. Shuffled, their rows are
// copied side by side: by the thread that trains, since copies that another
// core makes come back from there no faster.
//
//===----------------------------------------------------------------------===//
#include "Stream.h"

#include <algorithm>
#include <numeric>
#include <random>

using namespace ingot::rt;

/// A number in [0, bound), the same with every standard library, which
/// std::uniform_int_distribution is not. Its bias is below bound / 2^64.
static std::int64_t drawBelow(std::int64_t bound, std::mt19937_64 &engine) {
  return static_cast<std::int64_t>(engine() %
                                   static_cast<std::uint64_t>(bound));
}

static void permute(std::span<std::int64_t> rows, std::mt19937_64 &engine) {
  for (auto i = static_cast<std::int64_t>(rows.size()) - 1; i > 0; --i)
    std::swap(rows[static_cast<std::size_t>(i)],
              rows[static_cast<std::size_t>(drawBelow(i + 1, engine))]);
}

/// An engine for `pass`, independent of those of its neighbours: two
/// numbers that follow each other have nothing in common after splitmix64.
static std::mt19937_64 engineOf(const Pass &pass) {
  const auto mix = [](std::uint64_t z) {
    z += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  };
  return std::mt19937_64(mix(mix(pass.seed) ^ pass.number));
}

namespace {

class ArrayStream final : public Stream {
public:
  ArrayStream(const Feed &feed, std::int64_t batchSize, Shuffle shuffle)
      : feed(feed), size(batchSize), order(shuffle) {
    if (order.mode() == Shuffle::Mode::None)
      return;
    gathered.emplace(feed, std::min(batchSize, feed.rows));
    rows.resize(static_cast<std::size_t>(feed.rows));
  }

  std::optional<std::int64_t> length() const override {
    return (feed.rows + size - 1) / size;
  }
  std::int64_t samples() const override { return feed.rows; }
  std::int64_t batchSize() const override { return size; }

  void start(const Pass &pass, std::int64_t batch) override {
    done = std::min(batch * size, feed.rows);
    if (!gathered)
      return;
    std::iota(rows.begin(), rows.end(), 0);
    std::mt19937_64 engine = engineOf(pass);
    if (order.mode() == Shuffle::Mode::Samples)
      return permute(rows, engine);
    for (std::int64_t first = 0; first < feed.rows; first += size)
      permute(slice(first), engine);
  }

  std::optional<Rows> next() override {
    if (done == feed.rows)
      return {};
    const std::int64_t first = done;
    const std::int64_t count = std::min(size, feed.rows - first);
    done += count;
    if (!gathered)
      return Rows{&feed, first, count};
    gathered->gather(slice(first));
    return Rows{&gathered->feed(), 0, count};
  }

private:
  /// The batch of `rows` that begins at `first`.
  std::span<std::int64_t> slice(std::int64_t first) {
    return std::span(rows).subspan(
        static_cast<std::size_t>(first),
        static_cast<std::size_t>(std::min(size, feed.rows - first)));
  }

  const Feed &feed;
  std::int64_t size;
  Shuffle order;
  std::optional<GatheredFeed> gathered; ///< only if shuffled
  std::vector<std::int64_t> rows;       ///< in the order of this pass
  std::int64_t done = 0;
};

} // namespace

std::unique_ptr<Stream>
ingot::rt::streamOf(const Feed &feed, std::int64_t batchSize, Shuffle shuffle) {
  return std::make_unique<ArrayStream>(feed, batchSize, shuffle);
}
