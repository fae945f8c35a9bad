//===- Mistake.h - models that must be refused ------------------*- C++ -*-===//
//
//   MISTAKE(dense_units) {
//     Tensor x = Input({4});
//     return Model(x, Dense(0)(x));
//   }
//   //: layers.model.cpp:@3:24: error: `units` is 0; must be positive
//
// Each is the model of a recorder. All recorders of a folder are one program,
// which takes the name of the mistake before the flags that any recorder takes.
// @3 is line 3 of the mistake; see check-errors.py.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <ingot/ingot.h>

#include <map>
#include <string>

namespace ingot {

using Record = Model (*)();

inline std::map<std::string, Record> &mistakes() {
  static std::map<std::string, Record> all;
  return all;
}

struct Mistake {
  Mistake(const char *name, Record record) { mistakes().emplace(name, record); }
};

} // namespace ingot

#define MISTAKE(name)                                                                                                  \
  static ingot::Model name();                                                                                          \
  static const ingot::Mistake name##Mistake(#name, &name);                                                             \
  static ingot::Model name()
