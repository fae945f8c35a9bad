//===- HalfAccuracyTest.cpp - what half precision costs --------------------===//
//
// Weights in an object are rounded to halves, and nothing else is: tests/object/frozen
// sees to that. So the accuracy of a network with rounded weights is that of the object.
//
//===----------------------------------------------------------------------===//
#include "mnist.h"

#include <Eigen/Core>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <ingot/idx.h>
#include <ingot/runtime.h>

namespace rt = ingot::rt;

namespace {

TEST(HalfAccuracy, OfTheSampleOnFashionMnist) {
  const std::string directory = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(directory))
    GTEST_SKIP() << "there is no " << directory;
  const rt::Mnist data = rt::load_mnist(directory);
  const rt::Array train = data.x_train.reshape({-1, 28 * 28}).scaled(1 / 255.f);
  const rt::Array test = data.x_test.reshape({-1, 28 * 28}).scaled(1 / 255.f);
  rt::Model model(mnist_model(), {.seed = 0});
  model.fit(train, data.y_train, {.batch_size = 256, .epochs = 3, .verbose = 0});
  const auto accuracy = [&] { return model.evaluate(test, data.y_test, {.verbose = 0})["accuracy"]; };
  const double single = accuracy();
  rt::NamedList<rt::Array> rounded;
  double worst = 0;
  for (const auto &[name, array] : model.get_weights()) {
    std::vector<float> values(array.f32().begin(), array.f32().end());
    for (float &value : values) {
      const float half = static_cast<float>(Eigen::half(value));
      worst = std::max<double>(worst, std::fabs(half - value));
      value = half;
    }
    rounded.add(name, rt::Array(std::move(values), array.shape()));
  }
  model.set_weights(rounded);
  const double half = accuracy();
  std::printf("accuracy %.4f with f32, %.4f with f16; the worst rounding of a weight is %.1e\n", single, half, worst);
  EXPECT_GT(single, 0.8);
  EXPECT_GT(worst, 0);
  // Of 10,000 images, ten.
  EXPECT_NEAR(half, single, 0.001);
}

} // namespace
