//===- ArrayStream.cpp - batches of arrays in memory ---------------------===//
//
// In order, batches point into the user's arrays. Shuffled, their rows are
// copied side by side, large ones by a thread ahead of their use.
//
//===----------------------------------------------------------------------===//
#include "Prefetcher.h"
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
    rows.resize(static_cast<std::size_t>(feed.rows));
    const std::int64_t largest = std::min(batchSize, feed.rows);
    gathered.emplace_back(feed, largest);
    if (gathered.front().bytes() < kWorthAThread ||
        std::thread::hardware_concurrency() < 2)
      return;
    while (gathered.size() < kSlots)
      gathered.emplace_back(feed, largest);
  }

  std::optional<std::int64_t> length() const override {
    return (feed.rows + size - 1) / size;
  }
  std::int64_t samples() const override { return feed.rows; }
  std::int64_t batchSize() const override { return size; }

  void start(const Pass &pass, std::int64_t batch) override {
    // The thread of the last pass must be gone before its members change.
    prefetcher.reset();
    done = std::min(batch * size, feed.rows);
    if (gathered.empty())
      return;
    std::iota(rows.begin(), rows.end(), 0);
    std::mt19937_64 engine = engineOf(pass);
    if (order.mode() == Shuffle::Mode::Samples)
      permute(rows, engine);
    else
      for (std::int64_t first = 0; first < feed.rows; first += size)
        permute(std::span(rows).subspan(static_cast<std::size_t>(first),
                                        countFrom(first)),
                engine);
    if (gathered.size() > 1)
      prefetcher.emplace(gathered,
                         [this](GatheredFeed &slot) { return gather(slot); });
  }

  std::optional<Rows> next() override {
    if (gathered.empty()) {
      const auto count = static_cast<std::int64_t>(countFrom(done));
      if (count == 0)
        return {};
      done += count;
      return Rows{&feed, done - count, count};
    }
    const GatheredFeed *batch = prefetcher                 ? prefetcher->next()
                                : gather(gathered.front()) ? &gathered.front()
                                                           : nullptr;
    if (!batch)
      return {};
    return Rows{&batch->feed(), 0, batch->feed().rows};
  }

private:
  /// Bytes of a batch above which copying it costs more than handing it over.
  static constexpr std::size_t kWorthAThread = 64 * 1024;
  /// One in use, two ahead.
  static constexpr std::size_t kSlots = 3;

  /// Samples of the batch that begins at `first`.
  std::size_t countFrom(std::int64_t first) const {
    return static_cast<std::size_t>(std::min(size, feed.rows - first));
  }

  /// Makes `slot` the next batch. Runs on the thread if there is one.
  bool gather(GatheredFeed &slot) {
    const std::size_t count = countFrom(done);
    if (count == 0)
      return false;
    slot.gather(std::span(rows).subspan(static_cast<std::size_t>(done), count),
                /*forOthers=*/gathered.size() > 1);
    done += static_cast<std::int64_t>(count);
    return true;
  }

  const Feed &feed;
  std::int64_t size;
  Shuffle order;
  std::vector<std::int64_t> rows; ///< in the order of this pass
  std::vector<GatheredFeed>
      gathered; ///< only if shuffled; several: by a thread
  std::int64_t done = 0;
  std::optional<Prefetcher<GatheredFeed>> prefetcher; ///< last: uses the above
};

} // namespace

std::unique_ptr<Stream>
ingot::rt::streamOf(const Feed &feed, std::int64_t batchSize, Shuffle shuffle) {
  return std::make_unique<ArrayStream>(feed, batchSize, shuffle);
}
