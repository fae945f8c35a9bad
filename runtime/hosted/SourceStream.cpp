//===- SourceStream.cpp - batches of a source ----------------------------===//
//
// A thread asks the source for batches and checks them, ahead of their use.
//
//===----------------------------------------------------------------------===//
#include "Prefetcher.h"
#include "Stream.h"

#include <fmt/format.h>

#include <algorithm>

using namespace ingot::rt;

namespace {

class SourceStream final : public Stream {
public:
  SourceStream(BatchSource &source, Bind bind)
      : source(source), bind(std::move(bind)), batches(source.length()),
        slots(1 +
              static_cast<std::size_t>(std::max(1, source.max_queue_size()))) {}

  std::optional<std::int64_t> length() const override { return batches; }

  void start(const Pass &newPass, std::int64_t batch) override {
    // The thread of the last pass must be gone before its members change.
    prefetcher.reset();
    pass = newPass.number;
    first = made = batch;
    hasBegun = false;
    prefetcher.emplace(slots, [this](Feed &slot) { return make(slot); });
  }

  std::optional<Rows> next() override {
    const Feed *feed = prefetcher->next();
    if (!feed)
      return {};
    return Rows{feed, 0, feed->rows};
  }

private:
  // What follows runs on the thread.

  /// What `body` returns. What it throws says which batch it was.
  template <class F> auto guarded(const char *what, F body) {
    try {
      return body();
    } catch (const std::exception &error) {
      throw Error(fmt::format("batch {} of pass {} of the batch source: {}{}",
                              made, pass, what, error.what()));
    }
  }

  bool make(Feed &slot) {
    const std::optional<Batch> batch = guarded("", [&] {
      if (!std::exchange(hasBegun, true))
        begin();
      return source.next();
    });
    if (!batch) {
      if (batches && made < *batches)
        throw Error(fmt::format("the batch source ended after {} batches of "
                                "pass {}; its length is {}",
                                made, pass, *batches));
      return false;
    }
    slot =
        guarded("what was given does not fit: ", [&] { return bind(*batch); });
    slot.place = fmt::format(" of batch {}", made);
    ++made;
    return true;
  }

  /// Goes to batch number `first` of the pass.
  void begin() {
    source.reset(pass);
    if (first == 0 || source.seek(first))
      return;
    for (std::int64_t i = 0; i < first; ++i)
      if (!source.next())
        return;
  }

  BatchSource &source;
  Bind bind;
  std::optional<std::int64_t> batches;
  std::uint64_t pass = 0;
  std::int64_t first = 0, made = 0;
  bool hasBegun = false;
  std::vector<Feed> slots;
  std::optional<Prefetcher<Feed>> prefetcher; ///< last: it uses the above
};

} // namespace

std::unique_ptr<Stream> ingot::rt::streamOf(BatchSource &source, Bind bind) {
  return std::make_unique<SourceStream>(source, std::move(bind));
}
