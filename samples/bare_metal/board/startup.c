/*===- startup.c - from reset to app() on a Cortex-M ----------------------===*\
|*
|* Any Cortex-M with at least 16 interrupts' worth of vector table. The names
|* with an underscore come from the linker script.
|*
\*===----------------------------------------------------------------------===*/
#include "board.h"

extern uint32_t _stack_top[], _data_load[], _data_begin[], _data_end[], _bss_begin[], _bss_end[];

void reset(void);

static void fault(void) {
  board_print("fault\n");
  board_exit(1);
}

/* The first 16 entries are the core's; those of the peripherals would follow. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    _stack_top, (const void *)reset, (const void *)fault, (const void *)fault, (const void *)fault, (const void *)fault, (const void *)fault,
};

void reset(void) {
#ifdef __ARM_FP
  /* CPACR: full access to the FPU. FPSCR: denormals are numbers and rounding is
     to nearest, as portable numerics has it and as after a reset; a boot loader
     may have left something else. With Helium, LTPSIZE is 4 outside of its loops. */
#ifdef __ARM_FEATURE_MVE
  const uint32_t fpscr = 4u << 16;
#else
  const uint32_t fpscr = 0;
#endif
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
  __asm__ volatile("dsb\n isb\n vmsr fpscr, %0" ::"r"(fpscr) : "memory");
#endif
  const uint32_t *from = _data_load;
  for (volatile uint32_t *to = _data_begin; to < _data_end; ++to)
    *to = *from++;
  for (volatile uint32_t *word = _bss_begin; word < _bss_end; ++word)
    *word = 0;
  board_exit(app());
}
