//===- Floats.h - numbers at the beginning of a cache line ------*- C++ -*-===//
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace by_hand {

/// A vector that crosses no line costs one access to it.
template <typename T> struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t line{64};

  LineAllocator() = default;
  template <typename Other> LineAllocator(const LineAllocator<Other> &) {}
  T *allocate(std::size_t count) { return static_cast<T *>(::operator new(count * sizeof(T), line)); }
  void deallocate(T *memory, std::size_t) { ::operator delete(memory, line); }
  friend bool operator==(LineAllocator, LineAllocator) { return true; }
};

using Floats = std::vector<float, LineAllocator<float>>;

} // namespace by_hand
