//===- app.cpp - trains the network of mnist.model.cpp --------------------===//
//
// Links the object file that the recorder wrote and trains it on images in the
// form of MNIST.
//
//===----------------------------------------------------------------------===//
#include "mnist.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

namespace rt = ingot::rt;

struct Arguments {
  std::string directory = "/usr/share/datasets/fashion-mnist";
  int epochs = 10;
  int batchSize = 256;
  unsigned long long seed = 0;
};

static unsigned long long number(const char *text) {
  char *end = nullptr;
  const unsigned long long value = std::strtoull(text, &end, 10);
  if (end == text || *end)
    throw std::runtime_error(std::string("`") + text + "` is not a number");
  return value;
}

static Arguments parse(int argc, char **argv) {
  static const option options[] = {
      {"epochs", required_argument, nullptr, 'e'},
      {"batch-size", required_argument, nullptr, 'b'},
      {"seed", required_argument, nullptr, 's'},
      {}};
  Arguments arguments;
  for (int name;
       (name = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
    switch (name) {
    case 'e':
      arguments.epochs = static_cast<int>(number(optarg));
      break;
    case 'b':
      arguments.batchSize = static_cast<int>(number(optarg));
      break;
    case 's':
      arguments.seed = number(optarg);
      break;
    default:
      std::fprintf(
          stderr,
          "usage: %s [DIRECTORY] [--epochs N] [--batch-size N] [--seed N]\n",
          argv[0]);
      std::exit(2);
    }
  }
  if (optind < argc)
    arguments.directory = argv[optind];
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
  try {
    train(parse(argc, argv));
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s: error: %s\n", argv[0], error.what());
    return 1;
  }
}
