//===- Main.cpp - the recorder of the mistake that is named ---------------===//

#include "Mistake.h"

#include <cstdio>

int main(int argc, char **argv) {
  const auto found = argc > 1 ? ingot::mistakes().find(argv[1]) : ingot::mistakes().end();
  if (found == ingot::mistakes().end()) {
    std::fprintf(stderr, "usage: %s MISTAKE [flags of a recorder]\n", argv[0]);
    return 125;
  }
  argv[1] = argv[0];
  return ingot::detail::recorderMain(argc - 1, argv + 1, found->second);
}
