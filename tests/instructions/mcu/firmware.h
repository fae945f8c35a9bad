/*===- firmware.h - what a Cortex-M program needs before its first line --===*\
|*
|* Vectors, memory that is zero, the floating point unit on, and a way out of the
|* emulator. The including file defines `run`.
|*
\*===----------------------------------------------------------------------===*/
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include <stdint.h>

extern uint32_t stack_end[], bss_start[], bss_end[];

static void run(void);

static inline int semihost(int operation, const void *block) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static void start(void) {
#ifdef __ARM_FP
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
  __asm__ volatile("dsb\n\tisb");
#endif
  for (uint32_t *p = bss_start; p < bss_end; ++p)
    *p = 0;
  run();
  semihost(0x18, (const void *)0x20026);
  for (;;)
    ;
}

/* A fault never returns, so that the emulator's caller sees it run out of time. */
static void fault(void) {
  for (;;)
    ;
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    stack_end, (const void *)start, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault};

#endif
