/*===- semihosting.c - a debugger's or an emulator's console --------------===*\
|*
|* The program stops at a breakpoint, and whoever debugs it does what r0 says.
|* With no debugger a board stops here for good: write to a UART instead.
|*
\*===----------------------------------------------------------------------===*/
#include "board.h"

#include <stdint.h>

/* "Semihosting for AArch32 and AArch64", Arm. */
enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18, APPLICATION_EXIT = 0x20026, RUNTIME_ERROR = 0x20023 };

static void semihost(int operation, const void *argument) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_print(const char *text) { semihost(SYS_WRITE0, text); }

void board_exit(int failed) {
  semihost(SYS_EXIT, (const void *)(uintptr_t)(failed ? RUNTIME_ERROR : APPLICATION_EXIT));
  for (;;)
    ;
}
