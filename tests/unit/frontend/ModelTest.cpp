//===- ModelTest.cpp - what a model holds, and what it refuses ------------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::ElementsAre;

namespace {

class ModelTest : public FrontendTest {};

std::vector<std::string> layerNames(const Model &model) {
  std::vector<std::string> names;
  for (const Layer &layer : model.layers())
    names.push_back(layer.name());
  return names;
}

TEST_F(ModelTest, TheExampleOfTheDocumentation) {
  const unsigned line = __LINE__ + 5;
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "relu"})(x);
  h = Dense(64, {.activation = "relu"})(h);
  Tensor y = Dense(10, {.activation = "softmax", .name = "digit"})(h);
  Model model(x, y, {.name = "mnist"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});

  EXPECT_EQ(model.name(), "mnist");
  EXPECT_EQ(model.count_params(), 55050);
  EXPECT_THAT(layerNames(model), ElementsAre("pixels", "dense", "dense_1", "digit"));
  const graph::Model &graph = model.graph();
  EXPECT_EQ(graph.loc.line, line);
  EXPECT_EQ(graph.loc.file, __FILE__);
  EXPECT_THAT(graph.inputNames, ElementsAre("pixels"));
  EXPECT_THAT(graph.outputNames, ElementsAre("digit"));
  ASSERT_EQ(graph.calls.size(), 3u);
  EXPECT_EQ(graph.calls[0].first->name, "dense");
  EXPECT_EQ(graph.calls[2].first->name, "digit");
  ASSERT_TRUE(graph.compile);
  EXPECT_EQ(graph.compile->loc.line, line + 1);
  EXPECT_TRUE(model.inputs()[0] == x);
  EXPECT_TRUE(model.outputs()[0] == y);
}

TEST_F(ModelTest, CallsFollowTheirInputs) {
  Tensor a = Input({4}, {.name = "a"});
  Dense shared(4, {.name = "shared"});
  Tensor y = shared(Dense(4, {.name = "between"})(shared(a)));
  Model model(a, y);
  const graph::Model &graph = model.graph();
  ASSERT_EQ(graph.calls.size(), 3u);
  EXPECT_EQ(graph.calls[0], (std::pair{shared.recorded(), 0u}));
  EXPECT_EQ(graph.calls[1].first->name, "between");
  EXPECT_EQ(graph.calls[2], (std::pair{shared.recorded(), 1u}));
  EXPECT_EQ(model.count_params(), 40);
}

// Two branches of different depth: Keras puts a layer where its distance from
// the outputs is, so the deeper branch begins first.
TEST_F(ModelTest, LayersAreInKerasOrder) {
  Tensor a = Input({4}, {.name = "a"});
  Tensor b = Input({4}, {.name = "b"});
  Tensor shallow = Dense(2, {.name = "shallow"})(a);
  Tensor deep = Dense(2, {.name = "deep_2"})(Dense(3, {.name = "deep_1"})(b));
  Model model({a, b}, {shallow, deep});
  EXPECT_THAT(layerNames(model), ElementsAre("b", "a", "deep_1", "shallow", "deep_2"));
}

TEST_F(ModelTest, CallsOutsideTheModelDoNotCount) {
  Tensor a = Input({4}, {.name = "a"}), other = Input({4}, {.name = "other"});
  Dense dense(2);
  dense(other);
  Model model(a, dense(a));
  ASSERT_EQ(model.graph().calls.size(), 1u);
  EXPECT_EQ(model.graph().calls[0].second, 1u);
  EXPECT_EQ(model.layers().size(), 2u);
}

TEST_F(ModelTest, RepeatedOutputsAreNumbered) {
  Tensor a = Input({4}), b = Input({4});
  Dense shared(4, {.name = "shared"});
  Model model({a, b}, {shared(a), shared(b)});
  EXPECT_THAT(model.graph().outputNames, ElementsAre("shared", "shared_1"));
  // A layer's own name goes before a number.
  Tensor other = Dense(1, {.name = "shared_1"})(a);
  Model taken({a, b}, {shared(a), shared(b), other});
  EXPECT_THAT(taken.graph().outputNames, ElementsAre("shared", "shared_2", "shared_1"));
}

TEST_F(ModelTest, GetLayer) {
  Tensor x = Input({4}, {.name = "x"});
  Dense dense(2, {.name = "d"});
  Model model(x, dense(x), {.name = "m"});
  EXPECT_TRUE(model.get_layer("d") == dense);
  EXPECT_TRUE(model.get_layer(1) == dense);
  EXPECT_EQ(model.get_layer(0).class_name(), "InputLayer");
  EXPECT_ERROR(model.get_layer("e"), "`m` has no layer `e`; its layers are `x`, `d`");
  EXPECT_ERROR(model.get_layer("dd"), "`m` has no layer `dd`; its layers are `x`, `d`");
  EXPECT_ERROR(model.get_layer(2), "`m` has 2 layers; there is no layer 2, as they count from 0");
  EXPECT_ERROR(model.get_layer(-1), "`m` has 2 layers; there is no layer -1, as they count from 0");
}

TEST_F(ModelTest, InputThatReachesNoOutput) {
  Tensor a = Input({4}, {.name = "a"});
  const unsigned line = __LINE__ + 1;
  Tensor b = Input({4}, {.name = "b"});
  Tensor y = Dense(2)(a);
  EXPECT_ERROR(Model({a, b}, y), "no output depends on input `b`; each input must reach an output");
  auto error = errorOf([&] { Model({a, b}, y); });
  ASSERT_EQ(error->notes().size(), 1u);
  EXPECT_EQ(error->notes()[0].message, "`b` is made here");
  EXPECT_EQ(error->notes()[0].location.line, line);
}

TEST_F(ModelTest, InputThatIsNotListed) {
  Tensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Dense dense(2);
  Tensor y = dense(a), z = dense(b);
  EXPECT_ERROR(Model(a, {y, z}), "the outputs depend on `b`, which is not among the inputs of the model; all that they "
               "depend on must be");
  EXPECT_ERROR(Model(a, z), "the outputs depend on `b`, which is not among the inputs of the model; all that they "
               "depend on must be");
}

TEST_F(ModelTest, InputsThatAreNone) {
  Tensor x = Input({4}, {.name = "x"});
  Tensor h = Dense(4, {.name = "h"})(x);
  Tensor y = Dense(2)(h);
  EXPECT_ERROR(Model(h, y), "input 0 is a result of `h`; inputs must come from `Input`");
  EXPECT_ERROR(Model({x, x}, y), "input `x` is listed twice; inputs must differ");
  EXPECT_ERROR(Model(Tensor(), y), "input 0 has no value; it is not the result of a layer");
  EXPECT_ERROR(Model(x, {y, Tensor()}), "output 1 has no value; it is not the result of a layer");
  EXPECT_ERROR(Model(x, std::vector<Tensor>{}), "the model has no outputs; there must be at least one");
  EXPECT_ERROR(Model(x, y, {.name = "a b"}),
               "`name` is \"a b\"; must consist of letters, digits, `_` and `-`, and not begin with `-`");
}

TEST_F(ModelTest, EqualNames) {
  Tensor x = Input({4});
  const unsigned line = __LINE__ + 1;
  Tensor h = Dense(4, {.name = "same"})(x);
  Tensor y = Dense(4, {.name = "same"})(h);
  EXPECT_ERROR(Model(x, y), "two layers are called `same`; names must differ within a model");
  auto error = errorOf([&] { Model(x, y); });
  ASSERT_EQ(error->notes().size(), 2u);
  EXPECT_EQ(error->notes()[0].location.line, line);
  EXPECT_EQ(error->notes()[1].location.line, line + 1);
}

} // namespace
