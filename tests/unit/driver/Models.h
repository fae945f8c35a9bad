//===- Models.h - models and artefacts for the driver's tests --*- C++ -*-===//
#pragma once

#include "driver/Compile.h"

#include <fstream>
#include <ingot/ingot.h>
#include <iterator>
#include <string>

namespace ingot::test {

/// The network of the sample: 784-64-64-10.
inline Model mnist() {
  clear_session();
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "relu"})(x);
  h = Dense(64, {.activation = "relu"})(h);
  Tensor y = Dense(10, {.activation = "softmax", .name = "digit"})(h);
  Model model(x, y, {.name = "mnist"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

inline std::string contents(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// All messages of a compilation, one a line.
inline std::string messages(const driver::Result &result) {
  std::string text;
  for (const driver::Diagnostic &diagnostic : result.diagnostics)
    text += diagnostic.format() + "\n";
  return text;
}

/// The artefact `name`; empty if there is none.
inline std::string artefact(const driver::Result &result, const std::string &name) {
  for (const driver::Artefact &artefact : result.artefacts)
    if (artefact.name == name)
      return artefact.contents;
  return {};
}

} // namespace ingot::test
