/*===- SoftFloat.c - integers against the processor's floats -------------===*\
|*
|* The bits of ingot_sqrt, and of maximum and minimum in integers, are those of
|* the processor: for all denormals, all mantissas of an even and of an odd
|* exponent, and every 4099th number of the rest.
|*
\*===----------------------------------------------------------------------===*/
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

float root(float x);
float larger(float x, float y);
float smaller(float x, float y);

static float number(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint32_t bitsOf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* NaN are all the same. */
static int isSame(float a, float b) { return bitsOf(a) == bitsOf(b) || (isnan(a) && isnan(b)); }

static long wrong = 0;

static void expect(const char *what, uint32_t a, uint32_t b, float found, float wanted) {
  if (!isSame(found, wanted) && ++wrong < 20)
    printf("%s of %08x, %08x: %08x, not %08x\n", what, (unsigned)a, (unsigned)b, (unsigned)bitsOf(found), (unsigned)bitsOf(wanted));
}

/* IEEE 754-2019: a NaN wins, and -0 is below 0. */
static float maximum(float x, float y) {
  if (isnan(x) || isnan(y))
    return NAN;
  return x == y ? (signbit(x) ? y : x) : x > y ? x : y;
}

int main(void) {
  const uint32_t leastNormal = 0x00800000, one = 0x3f800000, four = 0x40800000;
  long count = 0;
  for (uint64_t bits = 0; bits < UINT64_C(1) << 32; ++count) {
    const uint32_t x = (uint32_t)bits;
    expect("root", x, x, root(number(x)), sqrtf(number(x)));
    bits += x <= leastNormal || (x >= one && x <= four) ? 1 : 4099;
  }
  const uint32_t some[] = {0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x3f7fffff, 0x3f800000,
                           0xbf800000, 0x40000000, 0xc0000000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001};
  const int numbers = (int)(sizeof some / sizeof *some);
  for (int i = 0; i < numbers; ++i) {
    expect("root", some[i], some[i], root(number(some[i])), sqrtf(number(some[i])));
    for (int j = 0; j < numbers; ++j) {
      const float x = number(some[i]), y = number(some[j]);
      expect("maximum", some[i], some[j], larger(x, y), maximum(x, y));
      expect("minimum", some[i], some[j], smaller(x, y), -maximum(-x, -y));
    }
  }
  printf("%ld roots, %ld wrong\n", count, wrong);
  return wrong != 0 || count < 20000000;
}
