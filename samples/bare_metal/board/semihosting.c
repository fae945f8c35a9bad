/*===- semihosting.c - a debugger's or an emulator's console --------------===*\
|*
|* The program stops at a breakpoint, and whoever debugs it does what r0 says.
|* With no debugger a board stops here for good: write to a UART instead.
|*
\*===----------------------------------------------------------------------===*/
#include "board.h"

/* "Semihosting for AArch32 and AArch64", Arm. */
enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_EXIT = 0x18 };
enum { MODE_WB = 5, APPLICATION_EXIT = 0x20026, RUNTIME_ERROR = 0x20023 };

static int semihost(int operation, const void *argument) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
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
