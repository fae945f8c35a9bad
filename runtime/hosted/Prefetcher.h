//===- Prefetcher.h - values that are made ahead of their use --*- C++ -*-===//
//
// One thread fills slots in turn, another uses them. Each slot is filled again
// and again, so what it owns is allocated once.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

namespace ingot::rt {

template <class T> class Prefetcher {
public:
  /// Fills a slot; false: there is nothing more. Runs on the thread.
  using Make = std::function<bool(T &slot)>;

  /// One of the slots, at least two, is in use; the others may be ahead.
  Prefetcher(std::span<T> slots, Make make)
      : slots(slots), make(std::move(make)), thread([this] { produce(); }) {}

  /// Waits for a `make` that runs.
  ~Prefetcher() {
    {
      const std::lock_guard guard(lock);
      stopping = true;
    }
    changed.notify_all();
    thread.join();
  }
  Prefetcher(const Prefetcher &) = delete;
  Prefetcher &operator=(const Prefetcher &) = delete;

  /// The next value, to be used until the next call; null: there is none.
  /// Throws what `make` threw, after the values before it.
  T *next() {
    std::unique_lock guard(lock);
    released = taken;
    changed.notify_all();
    changed.wait(guard, [&] { return made > taken || ended; });
    if (made > taken)
      return &slots[taken++ % slots.size()];
    if (error)
      std::rethrow_exception(error);
    return nullptr;
  }

private:
  void produce() {
    while (waitForRoom()) {
      bool more = false;
      std::exception_ptr thrown;
      try {
        more = make(slots[made % slots.size()]);
      } catch (...) {
        thrown = std::current_exception();
      }
      {
        const std::lock_guard guard(lock);
        ended = !more;
        error = std::move(thrown);
        made += more;
      }
      changed.notify_all();
      if (!more)
        return;
    }
  }

  /// False: nothing is wanted any more.
  bool waitForRoom() {
    std::unique_lock guard(lock);
    changed.wait(guard,
                 [&] { return stopping || made - released < slots.size(); });
    return !stopping;
  }

  std::span<T> slots;
  Make make;
  std::mutex lock;
  std::condition_variable changed;
  /// Numbers of values since the beginning; `made` is written by the thread
  /// alone.
  std::size_t made = 0, taken = 0, released = 0;
  bool ended = false, stopping = false;
  std::exception_ptr error;
  std::thread thread; ///< last: it uses all of the above
};

} // namespace ingot::rt
