//===- NamesTest.cpp - automatic names, and guesses at misspelt ones ------===//

#include "ExpectError.h"

#include "frontend/Names.h"
#include "frontend/UniqueNames.h"
#include "graph/Graph.h"

using namespace ingot;

namespace {

class NamesTest : public FrontendTest {};

TEST_F(NamesTest, SnakeCaseIsKeras) {
  EXPECT_EQ(toSnakeCase("Dense"), "dense");
  EXPECT_EQ(toSnakeCase("InputLayer"), "input_layer");
  EXPECT_EQ(toSnakeCase("LSTM"), "lstm");
  EXPECT_EQ(toSnakeCase("Conv2D"), "conv2d");
  EXPECT_EQ(toSnakeCase("Conv2DTranspose"), "conv2d_transpose");
  EXPECT_EQ(toSnakeCase("GlobalAveragePooling1D"), "global_average_pooling1d");
}

TEST_F(NamesTest, AutomaticNamesCountByClass) {
  Tensor x = Input({4});
  EXPECT_EQ(x.ref().layer->name, "input_layer");
  EXPECT_EQ(Input({4}).ref().layer->name, "input_layer_1");
  EXPECT_EQ(Dense(1).name(), "dense");
  EXPECT_EQ(Dense(1, {.name = "mine"}).name(), "mine");
  EXPECT_EQ(Dense(1).name(), "dense_1");
  EXPECT_EQ(Dense(1).name(), "dense_2");
  EXPECT_EQ(Flatten().name(), "flatten");
  EXPECT_EQ(Model(x, Flatten()(x)).name(), "functional");
  EXPECT_EQ(Model(x, Flatten()(x)).name(), "functional_1");
  clear_session();
  EXPECT_EQ(Dense(1).name(), "dense");
}

TEST_F(NamesTest, ARefusedLayerTakesNoName) {
  EXPECT_TRUE(errorOf([] { Dense(0); }));
  EXPECT_EQ(Dense(1).name(), "dense");
}

TEST_F(NamesTest, NearestName) {
  const std::vector<std::string> known = {"relu", "sigmoid", "softmax", "softplus"};
  EXPECT_EQ(nearestName("rleu", known), "relu");
  EXPECT_EQ(nearestName("softmx", known), "softmax");
  EXPECT_EQ(nearestName("softplsu", known), "softplus");
  EXPECT_EQ(nearestName("huber", known), "");
  EXPECT_EQ(nearestName("", known), "");
}

TEST_F(NamesTest, UniqueNames) {
  UniqueNames names;
  EXPECT_EQ(names.add("x"), "x");
  EXPECT_EQ(names.add("x_1"), "x_1");
  EXPECT_EQ(names.add("x"), "x_2");
}

} // namespace
