/*===- right.c - calls of the model `right` ----------------------------------===*/
#include "right.h"

#define PREFIX right
#define UPPER RIGHT
enum { FEATURES = 9, ROWS = 50 };
#include "use.h"
