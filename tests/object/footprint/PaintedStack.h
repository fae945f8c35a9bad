//===- PaintedStack.h - how deep a call goes ------------------*- C++ -*-===//
//
// A stack of its own, filled with a pattern: what a call has written shows in it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <ucontext.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace ingot::test {

/// Runs calls, one at a time.
class PaintedStack {
public:
  explicit PaintedStack(size_t bytes = 256 << 10) : memory(bytes) {}

  /// Runs `call` there.
  void run(const std::function<void()> &call) {
    std::fill(memory.begin(), memory.end(), paint);
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = memory.data();
    context.uc_stack.ss_size = memory.size();
    context.uc_link = &back;
    const auto self = reinterpret_cast<uintptr_t>(this);
    current = &call;
    makecontext(&context, reinterpret_cast<void (*)()>(begin), 2, static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
    swapcontext(&back, &context);
  }

  /// Address of the lowest byte that the last call wrote.
  uintptr_t lowest() const {
    return reinterpret_cast<uintptr_t>(&*std::find_if(memory.begin(), memory.end(), [](uint8_t byte) { return byte != paint; }));
  }

private:
  static constexpr uint8_t paint = 0xA5;
  static void begin(unsigned high, unsigned low) {
    (*reinterpret_cast<PaintedStack *>((static_cast<uintptr_t>(high) << 32) | low)->current)();
  }

  std::vector<uint8_t> memory;
  ucontext_t back;
  const std::function<void()> *current = nullptr;
};

} // namespace ingot::test
