//===- RecorderMain.cpp - what INGOT_MODEL's main calls -------------------===//

#include "driver/CommandLine.h"

#include <ingot/ingot.h>

namespace ingot::detail {

int recorderMain(int argc, char **argv, Model (*model)()) {
  return driver::recorderMain(argc, argv, [&] { return model().graph(); });
}

} // namespace ingot::detail
