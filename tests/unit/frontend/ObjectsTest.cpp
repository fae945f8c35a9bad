//===- ObjectsTest.cpp - initializers, regularizers, optimizers -----------===//
//
// Expected numbers are worked out by hand from Keras' formulas.
//
//===----------------------------------------------------------------------===//

#include "ExpectError.h"

#include "frontend/Resolve.h"

#include <cmath>

using namespace ingot;
using Kind = graph::Initializer::Kind;

namespace {

void expectInitializer(const Spec &spec, const Shape &shape, Kind kind, double a, double b) {
  const graph::Initializer result = resolveInitializer(spec, shape);
  EXPECT_EQ(result.kind, kind) << spec.name();
  EXPECT_NEAR(result.a, a, 1e-15) << spec.name();
  EXPECT_NEAR(result.b, b, 1e-15) << spec.name();
}

constexpr double truncation = 0.87962566103423978;

TEST(Initializers, Constants) {
  expectInitializer("zeros", {3}, Kind::Constant, 0, 0);
  expectInitializer(Zeros(), {3}, Kind::Constant, 0, 0);
  expectInitializer("Ones", {3}, Kind::Constant, 1, 0);
  expectInitializer(Ones(), {3}, Kind::Constant, 1, 0);
  expectInitializer("constant", {3}, Kind::Constant, 0, 0);
  expectInitializer(Constant(2.5), {3}, Kind::Constant, 2.5, 0);
}

TEST(Initializers, Random) {
  expectInitializer("random_uniform", {3}, Kind::Uniform, -0.05, 0.05);
  expectInitializer(RandomUniform({.minval = 0, .maxval = 2}), {3}, Kind::Uniform, 0, 2);
  expectInitializer("RandomNormal", {3}, Kind::Normal, 0, 0.05);
  expectInitializer(RandomNormal({.mean = 1, .stddev = 2}), {3}, Kind::Normal, 1, 2);
  expectInitializer("truncated_normal", {3}, Kind::TruncatedNormal, 0, 0.05);
  expectInitializer(TruncatedNormal({.stddev = 2}), {3}, Kind::TruncatedNormal, 0, 2);
}

TEST(Initializers, Fans) {
  // fan_in 784, fan_out 64
  expectInitializer("glorot_uniform", {784, 64}, Kind::Uniform, -std::sqrt(6.0 / 848), std::sqrt(6.0 / 848));
  expectInitializer(GlorotNormal(), {784, 64}, Kind::TruncatedNormal, 0, std::sqrt(2.0 / 848) / truncation);
  expectInitializer("HeUniform", {784, 64}, Kind::Uniform, -std::sqrt(6.0 / 784), std::sqrt(6.0 / 784));
  expectInitializer("he_normal", {784, 64}, Kind::TruncatedNormal, 0, std::sqrt(2.0 / 784) / truncation);
  expectInitializer(LecunUniform(), {784, 64}, Kind::Uniform, -std::sqrt(3.0 / 784), std::sqrt(3.0 / 784));
  expectInitializer("lecun_normal", {784, 64}, Kind::TruncatedNormal, 0, std::sqrt(1.0 / 784) / truncation);
  // A vector has both fans equal; a convolution's are times the receptive field.
  expectInitializer("glorot_uniform", {6}, Kind::Uniform, -std::sqrt(6.0 / 12), std::sqrt(6.0 / 12));
  expectInitializer("glorot_uniform", {3, 3, 2, 4}, Kind::Uniform, -std::sqrt(6.0 / 54), std::sqrt(6.0 / 54));
}

TEST(Initializers, VarianceScaling) {
  expectInitializer("variance_scaling", {9, 4}, Kind::TruncatedNormal, 0, 1.0 / 3 / truncation);
  expectInitializer(VarianceScaling({.scale = 4, .mode = "fan_out", .distribution = "untruncated_normal"}), {9, 4},
                    Kind::Normal, 0, 1);
  expectInitializer(VarianceScaling({.scale = 2, .mode = "fan_avg", .distribution = "uniform"}), {4, 8},
                    Kind::Uniform, -1, 1);
  EXPECT_ERROR(resolveInitializer(VarianceScaling({.mode = "fan_im"}), {9, 4}),
               "there is no `mode` `fan_im`; did you mean `fan_in`?");
  EXPECT_ERROR(resolveInitializer(VarianceScaling({.scale = 0}), {9, 4}), "`scale` is 0; must be positive");
}

TEST(Initializers, Orthogonal) {
  expectInitializer("orthogonal", {4, 16}, Kind::Orthogonal, 1, 0);
  expectInitializer(Orthogonal({.gain = 2}), {3, 3, 8}, Kind::Orthogonal, 2, 0);
  EXPECT_ERROR(resolveInitializer("orthogonal", {4}),
               "initializer `orthogonal` is given to a weight of rank 1; rank must be at least 2, rows and columns");
}

TEST(Initializers, Seeds) {
  EXPECT_FALSE(resolveInitializer("he_normal", {3}).seed);
  EXPECT_EQ(resolveInitializer(HeNormal({.seed = 7}), {3}).seed, 7u);
  EXPECT_EQ(resolveInitializer(RandomUniform({.seed = 8}), {3}).seed, 8u);
}

void expectRegularizer(const Spec &spec, double l1, double l2) {
  const graph::Regularizer result = resolveRegularizer(spec);
  EXPECT_EQ(result.l1, l1) << spec.name();
  EXPECT_EQ(result.l2, l2) << spec.name();
}

TEST(Regularizers, All) {
  expectRegularizer({}, 0, 0);
  expectRegularizer("l1", 0.01, 0);
  expectRegularizer("l2", 0, 0.01);
  expectRegularizer("l1_l2", 0.01, 0.01);
  expectRegularizer(L1(), 0.01, 0);
  expectRegularizer(L2(0.5), 0, 0.5);
  expectRegularizer(L1L2({.l1 = 0.25, .l2 = 0.5}), 0.25, 0.5);
  expectRegularizer(L1L2(), 0, 0);
  expectRegularizer(Spec("L1L2", {{"l2", 0.125}}, {}), 0, 0.125);
}

TEST(Activations, Aliases) {
  EXPECT_EQ(resolveActivation({}), "linear");
  EXPECT_EQ(resolveActivation("swish"), "silu");
  EXPECT_EQ(resolveActivation("leaky_relu"), "leaky_relu");
  EXPECT_EQ(resolveActivation("LeakyReLU"), "leaky_relu");
}

TEST(Optimizers, Defaults) {
  const graph::Config sgd = {{"learning_rate", 0.01}, {"momentum", 0.0}, {"nesterov", false}};
  const graph::Config rmsprop = {
      {"learning_rate", 0.001}, {"rho", 0.9}, {"momentum", 0.0}, {"epsilon", 1e-7}, {"centered", false}};
  const graph::Config adam = {
      {"learning_rate", 0.001}, {"beta_1", 0.9}, {"beta_2", 0.999}, {"epsilon", 1e-7}, {"amsgrad", false}};
  for (const Spec &spec : {Spec("sgd"), Spec("SGD"), Spec(SGD())}) {
    EXPECT_EQ(resolveOptimizer(spec).className, "SGD");
    EXPECT_EQ(resolveOptimizer(spec).config, sgd);
  }
  for (const Spec &spec : {Spec("rmsprop"), Spec("RMSprop"), Spec(RMSprop())}) {
    EXPECT_EQ(resolveOptimizer(spec).className, "RMSprop");
    EXPECT_EQ(resolveOptimizer(spec).config, rmsprop);
  }
  for (const Spec &spec : {Spec("adam"), Spec(Adam())}) {
    EXPECT_EQ(resolveOptimizer(spec).className, "Adam");
    EXPECT_EQ(resolveOptimizer(spec).config, adam);
  }
}

TEST(Optimizers, GivenNumbers) {
  EXPECT_EQ(resolveOptimizer("adagrad").config,
            (graph::Config{{"learning_rate", 0.001}, {"initial_accumulator_value", 0.1}, {"epsilon", 1e-7}}));
  EXPECT_EQ(resolveOptimizer(Adagrad({.learning_rate = 0.5, .initial_accumulator_value = 0})).config,
            (graph::Config{{"learning_rate", 0.5}, {"initial_accumulator_value", 0.0}, {"epsilon", 1e-7}}));
  auto config = resolveOptimizer(RMSprop({.learning_rate = 0.5, .momentum = 0.25, .centered = true})).config;
  EXPECT_EQ(std::get<double>(config["learning_rate"]), 0.5);
  EXPECT_EQ(std::get<double>(config["momentum"]), 0.25);
  EXPECT_TRUE(std::get<bool>(config["centered"]));
  // JSON: whole numbers, the old spelling, and what Keras writes beside it.
  const Spec json("SGD", {{"lr", int64_t{1}}, {"momentum", int64_t{0}}, {"name", std::string("sgd")}, {"use_ema", false}}, {});
  EXPECT_EQ(std::get<double>(resolveOptimizer(json).config["learning_rate"]), 1.0);
}

TEST(Optimizers, Refused) {
  EXPECT_ERROR(resolveOptimizer(Adam({.learning_rate = 0})), "`learning_rate` is 0; must be positive");
  EXPECT_ERROR(resolveOptimizer(Adam({.learning_rate = -0.5})), "`learning_rate` is -0.5; must be positive");
  EXPECT_ERROR(resolveOptimizer(Adam({.learning_rate = NAN})), "`learning_rate` is nan; must be finite");
  EXPECT_ERROR(resolveOptimizer(SGD({.momentum = 1})), "`momentum` is 1; must be in [0, 1)");
  EXPECT_ERROR(resolveOptimizer(Adagrad({.initial_accumulator_value = -1})), "`initial_accumulator_value` is -1; must be at least 0");
  EXPECT_ERROR(resolveOptimizer(RMSprop({.rho = -0.5})), "`rho` is -0.5; must be in [0, 1)");
  EXPECT_ERROR(resolveOptimizer(Adam({.beta_2 = 1})), "`beta_2` is 1; must be in [0, 1)");
  EXPECT_ERROR(resolveOptimizer(RMSprop({.epsilon = -1})), "`epsilon` is -1; must be at least 0");
  EXPECT_ERROR(resolveOptimizer("adan"), "there is no optimizer `adan`; did you mean `Adam`?");
  EXPECT_ERROR(resolveOptimizer(Spec("SGD", {{"momentum", true}}, std::source_location::current())),
               "`momentum` is true; must be a number");
  EXPECT_ERROR(resolveOptimizer(Spec("SGD", {{"clipnorm", 1.0}}, std::source_location::current())),
               "argument `clipnorm` of `SGD` is not supported");
}

TEST(Unsupported, CarriesTheName) {
  try {
    resolveOptimizer("ftrl");
    FAIL() << "nothing was thrown";
  } catch (const Unsupported &error) {
    EXPECT_EQ(error.name(), "ftrl");
  }
}

} // namespace
