//===- ingot.h - describe a network in C++ ---------------------*- C++ -*-===//
//
// The whole public interface of the compiler. A file such as this is built
// into a small program, the recorder, which writes the compiled model:
//
//   #include <ingot/ingot.h>
//   using namespace ingot;
//
//   Model mnist() {
//     Tensor x = Input({784}, {.name = "pixels"});
//     Tensor h = Dense(64, {.activation = "relu"})(x);
//     Tensor y = Dense(10, {.activation = "softmax", .name = "digit"})(h);
//     Model model(x, y, {.name = "mnist"});
//     model.compile({.optimizer = RMSprop(),
//                    .loss = "sparse_categorical_crossentropy",
//                    .metrics = {"accuracy"}});
//     return model;
//   }
//   INGOT_MODEL(mnist)
//
// Mistakes are thrown as ingot::Error, which knows the line of the call; the
// recorder prints it and exits with 1. Recording is not thread-safe for one
// model; different threads may record different models.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/ConvLayers.h"
#include "ingot/ModelError.h"
#include "ingot/Initializers.h"
#include "ingot/Layers.h"
#include "ingot/Model.h"
#include "ingot/Tensor.h"
#include "ingot/Training.h"
#include "ingot/Wrappers.h"

namespace ingot::detail {

/// Records, compiles and writes what the command line asks for. Returns the
/// exit code: 0, or 1 after a diagnostic on stderr.
int recorderMain(int argc, char **argv, Model (*model)());

} // namespace ingot::detail

/// Makes the file a recorder of the model that `function` returns.
#define INGOT_MODEL(function)                                                  \
  int main(int argc, char **argv) {                                            \
    return ::ingot::detail::recorderMain(argc, argv, &function);               \
  }
