/*===- board.h - what the programs ask of a board -------------------------===*/
#ifndef BOARD_H
#define BOARD_H

/** A text, to whoever listens: here the debugger, on a product a UART. */
void board_print(const char *text);

/** Ends the program under a debugger or emulator; a product never does. */
void board_exit(int failed);

/** The application, called with the memory set up and the FPU on. */
int app(void);

#endif
