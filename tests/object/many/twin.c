/*===- twin.c - calls of the model `twin` ------------------------------------===*/
#include "twin.h"

#define PREFIX twin
#define UPPER TWIN
enum { FEATURES = 12 * 12, ROWS = 0 };
#include "use.h"
