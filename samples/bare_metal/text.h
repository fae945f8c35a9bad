/*===- text.h - numbers as text, without printf -------------------*- C -*-===*/
#ifndef TEXT_H
#define TEXT_H

#include "board/board.h"

static inline void print_number(uint32_t number) {
  char text[11];
  int at = 10;
  text[at] = 0;
  do
    text[--at] = (char)('0' + number % 10);
  while (number /= 10);
  board_print(text + at);
}

/* Three digits behind the point; of a number from 0 to a million. */
static inline void print_value(float value) {
  const uint32_t thousandths = (uint32_t)(value * 1000.0f + 0.5f);
  char digits[5] = {'.', (char)('0' + thousandths / 100 % 10),
                    (char)('0' + thousandths / 10 % 10),
                    (char)('0' + thousandths % 10), 0};
  print_number(thousandths / 1000);
  board_print(digits);
}

#endif
