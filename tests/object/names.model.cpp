//===- names.model.cpp - names that are not C's ---------------------------===//
//
// Keywords, macros of compilers and of the header itself, names that differ for
// Keras and not for C.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model names() {
  Tensor a = Input({2}, {.name = "class"}), b = Input({2}, {.name = "class_"});
  Tensor c = Input({2}, {.name = "x-1"}), d = Input({2}, {.name = "x_1"}), e = Input({2}, {.name = "1"});
  Tensor f = Input({2}, {.dtype = "int32", .name = "int32_t"});
  Tensor all = Concatenate()({a, b, c, d, e});
  Model model({a, b, c, d, e, f},
              {Dense(1, {.name = "linux"})(all), Dense(1, {.name = "Linux"})(all), Dense(1, {.name = "NAMES_ALIGN"})(all),
               Dense(1, {.name = "co_await"})(all), Dense(1, {.name = "float"})(all), Dense(1, {.name = "_1"})(all),
               Dense(1, {.name = "float__sample_weight"})(all), Dense(1, {.name = "ingot_mean"})(all), Flatten({.name = "in"})(f)},
              {.name = "names"});
  model.compile({.loss = {{"linux", "mse"}, {"Linux", "mse"}, {"NAMES_ALIGN", "mse"}, {"co_await", "mse"}, {"float", "mse"},
                          {"_1", "mse"}, {"float__sample_weight", "mae"}, {"ingot_mean", "mse"}, {"in", {}}},
                 .metrics = {{"linux", "mae"}, {"float", "mae"}}});
  return model;
}
INGOT_MODEL(names)
