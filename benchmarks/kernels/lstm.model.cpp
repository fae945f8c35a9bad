//===- lstm.model.cpp - a recurrence on its own ---------------------------===//

#include <ingot/ingot.h>
using namespace ingot;

Model lstm() {
  Tensor x = Input({100, 32}, {.name = "x"});
  return Model(x, LSTM(32, {.name = "y"})(x), {.name = "lstm"});
}
INGOT_MODEL(lstm)
