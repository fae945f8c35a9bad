/*===- board.h - what the programs ask of a board -------------------------===*/
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/** A text, to whoever listens: here the debugger, on a product a UART. */
void board_print(const char *text);

/** Keeps `bytes` bytes under a name; 0 if that went well. Here a file beside
    the debugger, on a product a page of flash. */
int board_save(const char *name, const void *data, uint32_t bytes);

/** Ends the program under a debugger or emulator; a product never does. */
void board_exit(int failed);

/** The application, called with the memory set up and the FPU on. */
int app(void);

#endif
