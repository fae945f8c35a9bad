/*===- semihosting.c - a debugger's or an emulator's console --------------===*\
|*
|* The program stops at a breakpoint, and whoever debugs it does what the first
|* argument says. With no debugger a board stops here for good: write to a UART instead.
|*
\*===----------------------------------------------------------------------===*/
#include "board.h"

/* "Semihosting for AArch32 and AArch64", Arm; "RISC-V Semihosting" has the same. */
enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_EXIT = 0x18 };
enum { MODE_WB = 5, APPLICATION_EXIT = 0x20026, RUNTIME_ERROR = 0x20023 };

static int semihost(int operation, const void *argument) {
#ifdef __riscv
  register int result __asm__("a0") = operation;
  register const void *block __asm__("a1") = argument;
  /* These three are the call, in one page and uncompressed. */
#define CALL ".balign 16\n .option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
#else
  register int result __asm__("r0") = operation;
  register const void *block __asm__("r1") = argument;
#define CALL "bkpt 0xab"
#endif
  __asm__ volatile(CALL : "+r"(result) : "r"(block) : "memory");
  return result;
}

void board_print(const char *text) { semihost(SYS_WRITE0, text); }

int board_save(const char *name, const void *data, uint32_t bytes) {
  uint32_t length = 0;
  while (name[length])
    ++length;
  const uintptr_t file[] = {(uintptr_t)name, MODE_WB, length};
  const uintptr_t handle = (uintptr_t)semihost(SYS_OPEN, file);
  if (handle == UINTPTR_MAX)
    return 1;
  const uintptr_t block[] = {handle, (uintptr_t)data, bytes};
  const int left = semihost(SYS_WRITE, block);
  return semihost(SYS_CLOSE, &handle) || left;
}

void board_exit(int failed) {
  semihost(SYS_EXIT, (const void *)(uintptr_t)(failed ? RUNTIME_ERROR : APPLICATION_EXIT));
  for (;;)
    ;
}
