//===- Prelude.cpp - what every C file begins with ------------------------===//
//
// Compilers fuse, reassociate, and put library calls where loops were. Each line
// here was tried: docs/rationale.md says what does not work.
//
//===----------------------------------------------------------------------===//

#include "codegen/emitc/Prelude.h"

using namespace ingot::codegen;

const char *const ingot::codegen::guards = R"(
/* Sums and products are rounded as they are written, on every target. */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "compile this file without -ffast-math and its parts: results would not be those of the model"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0 && __FLT_EVAL_METHOD__ != 16
#error "compile this file for floats of 32 bits, as with -msse2 -mfpmath=sse: others are rounded differently"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#define INGOT_CODE __attribute__((no_builtin("memset", "memcpy", "memmove")))
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-associative-math", "no-reciprocal-math", "no-unsafe-math-optimizations")
#pragma GCC optimize("no-tree-loop-distribute-patterns", "no-strict-aliasing")
#define INGOT_CODE
#else
#pragma STDC FP_CONTRACT OFF
#define INGOT_CODE
#endif

/* The same bytes of a block are floats and integers in turns, which compilers have to know. */
#if defined(__GNUC__)
#define INGOT_MEMORY __attribute__((may_alias))
#else
#define INGOT_MEMORY
#endif
typedef float ingot_f32 INGOT_MEMORY;
typedef int32_t ingot_i32 INGOT_MEMORY;
typedef int64_t ingot_i64 INGOT_MEMORY;
)";

const char *const ingot::codegen::alignment = R"(
/* Weights have the alignment that callers' blocks must have. */
#if defined(__GNUC__)
#define INGOT_ALIGNED(bytes) __attribute__((aligned(bytes)))
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define INGOT_ALIGNED(bytes) _Alignas(bytes)
#else
#error "say here how this compiler aligns a constant"
#endif
)";

namespace {
struct Helper {
  const char *name, *definition;
};
} // namespace

/// In the order in which they need one another.
static constexpr Helper known[] = {
    {"ingot_float_of", R"(
static inline float ingot_float_of(uint32_t bits) {
  union { uint32_t bits; float value; } both;
  both.bits = bits;
  return both.value;
}
)"},
    {"ingot_bits_of", R"(
static inline uint32_t ingot_bits_of(float value) {
  union { float value; uint32_t bits; } both;
  both.value = value;
  return both.bits;
}
)"},
    {"ingot_rotate", R"(
/* To the left, by 1 to 31 bits. */
static inline uint32_t ingot_rotate(uint32_t bits, unsigned by) { return (bits << by) | (bits >> (32u - by)); }
)"},
    {"ingot_fabs", R"(
static inline float ingot_fabs(float x) { return ingot_float_of(ingot_bits_of(x) & 0x7fffffffu); }
)"},
    {"ingot_copysign", R"(
static inline float ingot_copysign(float x, float sign) {
  return ingot_float_of((ingot_bits_of(x) & 0x7fffffffu) | (ingot_bits_of(sign) & 0x80000000u));
}
)"},
    {"ingot_at_least", R"(
/* The maximum of x, or its NaN, and a limit other than -0. */
static inline float ingot_at_least(float x, float limit) { return x <= limit ? limit : x; }
)"},
    {"ingot_maximum", R"(
/* NaN if either is; +0 is more than -0. */
static inline float ingot_maximum(float a, float b) {
  if (a > b) { return a; }
  if (b > a) { return b; }
  return a == b && a != 0.0f ? a : a + b;
}
)"},
    {"ingot_minimum", R"(
/* NaN if either is; -0 is less than +0. */
static inline float ingot_minimum(float a, float b) {
  if (a < b) { return a; }
  if (b < a) { return b; }
  return a == b && a != 0.0f ? a : -(-a - b);
}
)"},
    {"ingot_maxnum", R"(
/* The other one if one is NaN. */
static inline float ingot_maxnum(float a, float b) { return a >= b || b != b ? a : b; }
)"},
    {"ingot_minnum", R"(
/* The other one if one is NaN. */
static inline float ingot_minnum(float a, float b) { return a <= b || b != b ? a : b; }
)"},
    {"ingot_floor_div", R"(
/* Rounds down, not to zero. */
static inline ptrdiff_t ingot_floor_div(ptrdiff_t a, ptrdiff_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
)"},
    // gcc calls sqrtf for errno's sake whatever attributes say.
    {"ingot_sqrt", R"(
/* The target's instruction; with gcc, -fno-math-errno lets loops have vectors of it. */
static inline float ingot_sqrt(float x) {
#if defined(__clang__) && defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_sqrt)
#define INGOT_SQRT __builtin_elementwise_sqrt
#endif
#elif defined(__GNUC__) && defined(__NO_MATH_ERRNO__)
#define INGOT_SQRT __builtin_sqrtf
#endif
#if defined(INGOT_SQRT) && (defined(__SSE__) || defined(__aarch64__) || defined(__riscv_fdiv) || defined(__wasm__) || \
                            (defined(__ARM_FP) && (__ARM_FP & 4)))
  return INGOT_SQRT(x);
#elif defined(__GNUC__) && defined(__SSE__)
  float root;
  __asm__("sqrtss %1, %0" : "=x"(root) : "x"(x));
  return root;
#elif defined(__GNUC__) && defined(__aarch64__)
  float root;
  __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(x));
  return root;
#elif defined(__GNUC__) && defined(__ARM_FP) && (__ARM_FP & 4)
  float root;
  __asm__("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x));
  return root;
#elif defined(__GNUC__) && defined(__riscv_fdiv)
  float root;
  __asm__("fsqrt.s %0, %1" : "=f"(root) : "f"(x));
  return root;
#else
  /* Digit by digit, rounded to nearest as an instruction does. */
  uint32_t bits = ingot_bits_of(x), mantissa, root = 0, rest = 0;
  int exponent = (int)(bits >> 23), i;
  if (bits == 0u || bits == 0x80000000u || bits == 0x7f800000u) { return x; }
  if (bits > 0x7f800000u) {
    return ingot_float_of((bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x400000u : 0x7fc00000u);
  }
  mantissa = bits & 0x7fffffu;
  if (exponent != 0) {
    mantissa |= 0x800000u;
  } else {
    for (exponent = 1; mantissa < 0x800000u; --exponent) { mantissa <<= 1; }
  }
  exponent -= 127;
  if ((exponent & 1) != 0) {
    mantissa <<= 1;
    --exponent;
  }
  mantissa <<= 7; /* two bits a digit, the first of them at the top */
  for (i = 0; i < 25; ++i) {
    uint32_t trial = (root << 2) | 1u;
    rest = (rest << 2) | (mantissa >> 30);
    mantissa <<= 2;
    root <<= 1;
    if (rest >= trial) {
      rest -= trial;
      root |= 1u;
    }
  }
  root = (root + 1u) >> 1; /* never halfway: the square of an odd last digit is too long */
  return ingot_float_of(root + ((uint32_t)(exponent / 2 + 126) << 23));
#endif
}
)"},
};

/// Some need others.
static bool needs(const Helpers &helpers, llvm::StringRef name) {
  if (helpers.count(name.str()))
    return true;
  if (name == "ingot_float_of" || name == "ingot_bits_of")
    return helpers.count("ingot_fabs") || helpers.count("ingot_copysign") || helpers.count("ingot_sqrt");
  return false;
}

std::string ingot::codegen::definitionsOf(const Helpers &helpers) {
  std::string text;
  for (const Helper &helper : known)
    if (needs(helpers, helper.name))
      text += helper.definition;
  return text;
}
