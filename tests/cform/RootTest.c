/*===- RootTest.c - square roots of processors that have none -------------===*\
|*
|* The C form of a model as such a processor compiles it, beside this one's
|* instruction, over floats from all over. What is no number is one in any sign.
|*
\*===----------------------------------------------------------------------===*/
#undef __SSE__
#include MODEL

#include <stdio.h>

static uint32_t instruction(uint32_t bits) {
  float root;
  __asm__("sqrtss %1, %0" : "=x"(root) : "x"(ingot_float_of(bits)));
  return ingot_bits_of(root);
}

static int is_nan(uint32_t bits) { return (bits & 0x7fffffffu) > 0x7f800000u; }

int main(void) {
  const uint32_t step = 1013u;
  uint32_t bits = 0, found, wanted;
  long compared = 0, wrong = 0;
  do {
    /* Both ends of the denormal, the normal and the odd ones are among them. */
    const uint32_t near[] = {bits, 0x7fffffu - bits / step, 0x800000u + bits / step, 0x7f800000u - bits / step};
    for (unsigned i = 0; i < sizeof near / sizeof *near; ++i) {
      found = ingot_bits_of(ingot_sqrt(ingot_float_of(near[i])));
      wanted = instruction(near[i]);
      wrong += found != wanted && !(is_nan(found) && is_nan(wanted));
      ++compared;
    }
    bits += step;
  } while (bits >= step);
  printf("%ld roots, %ld of them wrong\n", compared, wrong);
  return wrong != 0 || compared < 1000000;
}
