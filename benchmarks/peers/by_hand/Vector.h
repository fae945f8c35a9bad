//===- Vector.h - exponentials of eight floats ------------------*- C++ -*-===//
//
// AVX2 and FMA; some 2 ulp for exp. Arguments are clamped, so that nothing here
// overflows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <immintrin.h>

namespace by_hand {

inline __m256 load(const float *from) { return _mm256_loadu_ps(from); }
inline void store(float *to, __m256 x) { _mm256_storeu_ps(to, x); }
inline __m256 splat(float x) { return _mm256_set1_ps(x); }

/// 2^n times a polynomial on the remainder, whose ln 2 is in two parts.
inline __m256 exp(__m256 x) {
  x = _mm256_min_ps(splat(88.0f), _mm256_max_ps(splat(-87.0f), x));
  const __m256 n = _mm256_round_ps(x * splat(1.44269504f), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, splat(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, splat(-2.12194440e-4f), r);
  __m256 p = splat(1.9875691500e-4f);
  p = _mm256_fmadd_ps(p, r, splat(1.3981999507e-3f));
  p = _mm256_fmadd_ps(p, r, splat(8.3334519073e-3f));
  p = _mm256_fmadd_ps(p, r, splat(4.1665795894e-2f));
  p = _mm256_fmadd_ps(p, r, splat(1.6666665459e-1f));
  p = _mm256_fmadd_ps(p, r, splat(5.0000001201e-1f));
  p = _mm256_fmadd_ps(p, r * r, r + splat(1.0f));
  const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return p * _mm256_castsi256_ps(power);
}

inline __m256 sigmoid(__m256 x) { return splat(1.0f) / (splat(1.0f) + exp(_mm256_setzero_ps() - x)); }
inline __m256 tanh(__m256 x) { return _mm256_fmsub_ps(splat(2.0f), sigmoid(x + x), splat(1.0f)); }

} // namespace by_hand
