/*===- selftest.c - an object tests itself --------------------------------===*\
|*
|* Prints the status and the worst error.
|*
\*===----------------------------------------------------------------------===*/
#include "log.h"
#include "net.h"

static _Alignas(NET_ALIGN) unsigned char params[NET_PARAMS_BYTES], state[NET_STATE_BYTES], arena[NET_SELFTEST_ARENA_BYTES];

int app(void) {
  float worst = -1;
  log_bits("status", (uint32_t)net_selftest((float *)params, state, arena, &worst));
  log_float("worst", worst);
  return 0;
}
