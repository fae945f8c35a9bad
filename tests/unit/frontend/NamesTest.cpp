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
  // Swapped letters are one mistake, and case is none.
  EXPECT_EQ(nearestName("Sotfmax", known), "softmax");
  EXPECT_EQ(nearestName("soft_plus_", known), "softplus");
  EXPECT_EQ(nearestName("glorrot_unifrom", {"glorot_uniform", "glorot_normal"}), "glorot_uniform");
  EXPECT_EQ(nearestName("output_layers", {"input_layers"}), "");
  EXPECT_EQ(nearestName("tanh", known), "");
  // A part that two names have says nothing.
  EXPECT_EQ(nearestName("plus", known), "softplus");
  EXPECT_EQ(nearestName("soft", known), "");
  EXPECT_EQ(nearestName("output_main", {"main_output", "aux_output"}), "main_output");
  EXPECT_EQ(nearestName("a", {"b", "c"}), "");
  EXPECT_EQ(nearestName("x1", {"x", "y"}), "");
}

TEST_F(NamesTest, Counted) {
  EXPECT_EQ(counted(0, "entry", "entries"), "0 entries");
  EXPECT_EQ(counted(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(counted(1, "output"), "1 output");
  EXPECT_EQ(counted(2, "output"), "2 outputs");
}

TEST_F(NamesTest, UniqueNames) {
  UniqueNames names;
  EXPECT_EQ(names.add("x"), "x");
  EXPECT_EQ(names.add("x_1"), "x_1");
  EXPECT_EQ(names.add("x"), "x_2");
}

} // namespace
