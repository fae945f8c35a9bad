//===- app.cpp - trains the network of mnist.model.cpp --------------------===//
//
// Links the object file that the recorder wrote and trains it on images in the
// form of MNIST.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"
#include "mnist.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

namespace rt = ingot::rt;

struct Arguments {
  std::string directory = "/usr/share/datasets/fashion-mnist";
  int epochs = 10;
  int batchSize = 256;
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

static void train(const Arguments &arguments) {
  const rt::Mnist data = rt::load_mnist(arguments.directory);
  const rt::Array x_train =
      data.x_train.reshape({-1, 28 * 28}).scaled(1 / 255.f);
  const rt::Array x_test = data.x_test.reshape({-1, 28 * 28}).scaled(1 / 255.f);

  rt::Model model(mnist_model(), {.seed = arguments.seed});
  std::printf("%s\n", model.summary().data());
  const rt::History history =
      model.fit(x_train, data.y_train,
                {.batch_size = arguments.batchSize,
                 .epochs = arguments.epochs,
                 .validation_data = {{x_test, data.y_test}}});
  std::printf("validation accuracy: %.4f\n",
              history.history["val_accuracy"].back());
}

int main(int argc, char **argv) {
  return samples::run(argv[0], [&] { train(parse(argc, argv)); });
}
