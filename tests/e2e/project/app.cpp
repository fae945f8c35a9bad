//===- app.cpp - uses the compiled model ----------------------------------===//
#include "tiny.h"

#include <ingot/runtime.h>

#include <cstdio>

int main() {
  ingot::rt::Model model(tiny_model());
  std::printf("%s\n", model.summary().data());
}
