//===- app.cpp - trains the compiled model --------------------------------===//
#include "tiny.h"

#include <ingot/runtime.h>

#include <cstdio>
#include <vector>

namespace rt = ingot::rt;

int main() {
  // y = x0 - x1, on a grid of the four inputs.
  std::vector<float> x, y;
  for (int sample = 0; sample < 64; ++sample) {
    for (int feature = 0; feature < 4; ++feature)
      x.push_back(float((sample >> feature) % 3) - 1.0f);
    y.push_back(x[x.size() - 4] - x[x.size() - 3]);
  }

  rt::Model model(tiny_model());
  std::printf("%s\n", model.summary().data());
  const rt::History history = model.fit(
      rt::Array(x, {64, 4}), y,
      {.batch_size = 8, .epochs = 20, .verbose = 2});
  const std::vector<double> &loss = history.history["loss"];
  std::printf("loss %.6f -> %.6f\n", loss.front(), loss.back());
  return loss.back() < 0.5 * loss.front() ? 0 : 1;
}
