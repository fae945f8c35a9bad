//===- FlushDenormals.h - denormals become zero ----------------*- C++ -*-===//
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ingot::rt {

/// Flushes denormals to zero while it lives, as native numerics wants it, and
/// gives the thread's mode back.
class FlushDenormals {
public:
#if defined(__SSE2__)
  explicit FlushDenormals(bool active) : saved(_mm_getcsr()) {
    constexpr unsigned flushToZero = 0x8000, denormalsAreZero = 0x0040;
    if (active)
      _mm_setcsr(saved | flushToZero | denormalsAreZero);
  }
  ~FlushDenormals() { _mm_setcsr(saved); }
#else
  explicit FlushDenormals(bool) {}
#endif
  FlushDenormals(const FlushDenormals &) = delete;
  FlushDenormals &operator=(const FlushDenormals &) = delete;

private:
#if defined(__SSE2__)
  unsigned saved;
#endif
};

} // namespace ingot::rt
