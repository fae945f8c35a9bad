/*===- riscv.c - from reset to app() on RISC-V ----------------------------===*\
|*
|* One hart in machine mode, with or without floats. The names with an
|* underscore come from the linker script.
|*
\*===----------------------------------------------------------------------===*/
#include "board.h"

extern uint32_t _data_load[], _data_begin[], _data_end[], _bss_begin[], _bss_end[];

/* Where mtvec points; its last two bits are not of the address. */
__attribute__((used, aligned(4))) static void fault(void) {
  board_print("fault\n");
  board_exit(1);
}

__attribute__((used)) static void begin(void) {
  const uint32_t *from = _data_load;
  for (volatile uint32_t *to = _data_begin; to < _data_end; ++to)
    *to = *from++;
  for (volatile uint32_t *word = _bss_begin; word < _bss_end; ++word)
    *word = 0;
  board_exit(app());
}

__attribute__((naked, section(".reset"), used)) void reset(void) {
  __asm__("la sp, _stack_top\n"
          ".option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n"
          "la t0, fault\n csrw mtvec, t0\n"
#ifdef __riscv_flen
          /* mstatus.FS: the FPU is on. fcsr: rounding is to nearest, as portable numerics
             has it and as after a reset; a boot loader may have left something else. */
          "li t0, 0x6000\n csrs mstatus, t0\n csrw fcsr, zero\n"
#endif
          "j begin");
}
