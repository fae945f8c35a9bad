/*===- riscv.c - QEMU's machine `virt`: reset, semihosting ----------------===*/
#include "../programs/log.h"

extern uint32_t _bss_begin[], _bss_end[];

/* "RISC-V Semihosting", 1.0: these three are the call, in one page and uncompressed. */
__attribute__((naked, noinline, aligned(16))) static void semihost(int, const void *) {
  __asm__(".option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop\n ret");
}

enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18, APPLICATION_EXIT = 0x20026, RUNTIME_ERROR = 0x20023 };

void board_print(const char *text) { semihost(SYS_WRITE0, text); }

__attribute__((used)) static void begin(void) {
  for (volatile uint32_t *word = _bss_begin; word < _bss_end; ++word)
    *word = 0;
  semihost(SYS_EXIT, (const void *)(uintptr_t)(app() ? RUNTIME_ERROR : APPLICATION_EXIT));
  for (;;)
    ;
}

/* mstatus.FS: the FPU is on. */
__attribute__((naked, section(".text.start"))) void _start(void) {
  __asm__("la sp, _stack_top\n"
          ".option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n"
          "li t0, 0x6000\n csrs mstatus, t0\n"
          "j begin");
}
