/*===- left.c - calls of the model `left` ----------------------------------===*/
#include "left.h"

#define PREFIX left
#define UPPER LEFT
enum { FEATURES = 12 * 12, ROWS = 0 };
#include "use.h"
