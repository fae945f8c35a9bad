/*===- status.c - texts of the status codes -------------------------------===*\
|*
|* One phrase for each status of abi.h, worded to follow "NAME_entry: ".
|*
\*===----------------------------------------------------------------------===*/
#include "ingot/core.h"

const char *ingot_status_string(int32_t status) {
  switch (status) {
  case INGOT_OK:
    return "ok";
  case INGOT_NULL_ARGUMENT:
    return "a pointer that is needed is null";
  case INGOT_BATCH_OUT_OF_RANGE:
    return "the batch is below 1 or above the entry's maximum";
  case INGOT_MISALIGNED:
    return "a block or tensor is not aligned";
  case INGOT_LABEL_OUT_OF_RANGE:
    return "a label is not in [0, classes)";
  case INGOT_INDEX_OUT_OF_RANGE:
    return "an index is not in [0, rows)";
  case INGOT_FOREIGN_STATE:
    return "the state was not made by this object's init";
  case INGOT_ABI_MISMATCH:
    return "a struct has another size than the object was built for";
  case INGOT_TOO_MANY_THREADS:
    return "the host offers more threads than were compiled for";
  case INGOT_FOREIGN_PREPARED:
    return "what is prepared was not made by this object's prepare";
  case INGOT_SELFTEST_FAILED:
    return "the self-test found an error above the tolerance";
  default:
    return "unknown status";
  }
}
