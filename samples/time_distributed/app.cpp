//===- app.cpp - trains on sequences, predicts sequences and images -------===//
//
// Sequences of 20 images train the classifier. The network for single images is
// the same classifier, so it takes the weights over as they are.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"
#include "image.h"
#include "sequence.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace rt = ingot::rt;

struct Arguments {
  std::string directory = "/usr/share/datasets/fashion-mnist";
  int epochs = 2;
  int batchSize = 16;
  std::uint64_t seed = 0;
};

static Arguments parse(int argc, char **argv) {
  Arguments arguments;
  samples::CommandLine line("[DIRECTORY]");
  line.add("epochs", arguments.epochs);
  line.add("batch-size", arguments.batchSize);
  line.add("seed", arguments.seed);
  for (const std::string &directory : line.parse(argc, argv))
    arguments.directory = directory;
  return arguments;
}

/// How many rows of `probabilities` are largest at their label.
static int countRight(const rt::Array &probabilities, const rt::Array &labels) {
  int right = 0;
  const float *row = probabilities.f32().data();
  for (const std::uint8_t label : labels.u8()) {
    right += std::max_element(row, row + 10) - row == label;
    row += 10;
  }
  return right;
}

static void train(const Arguments &arguments) {
  constexpr int kSteps = 20;
  const rt::Mnist data = rt::load_mnist(arguments.directory);
  const rt::Array x_train =
      data.x_train.reshape({-1, kSteps, 28 * 28}).scaled(1 / 255.f);
  const rt::Array x_test =
      data.x_test.reshape({-1, kSteps, 28 * 28}).scaled(1 / 255.f);

  rt::Model sequence(sequence_model(), {.seed = arguments.seed});
  std::printf("%s\n", sequence.summary().data());
  sequence.fit(x_train, data.y_train.reshape({-1, kSteps}),
               {.batch_size = arguments.batchSize, .epochs = arguments.epochs});

  rt::Model image(image_model());
  image.set_weights(sequence.get_weights());

  const rt::Array bySequence = sequence.predict(x_test)[0];
  const rt::Array byImage = image.predict(x_test.reshape({-1, 28 * 28}))[0];
  float difference = 0;
  for (std::size_t i = 0; i < byImage.f32().size(); ++i)
    difference =
        std::max(difference, std::abs(byImage.f32()[i] - bySequence.f32()[i]));
  std::printf("images one by one differ from sequences by at most %.1e\n",
              difference);
  std::printf("test images: %d of %d right\n",
              countRight(bySequence, data.y_test),
              static_cast<int>(data.y_test.size()));
}

int main(int argc, char **argv) {
  return samples::run(argv[0], [&] { train(parse(argc, argv)); });
}
