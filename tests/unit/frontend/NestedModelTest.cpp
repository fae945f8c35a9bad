//===- NestedModelTest.cpp - a model as a layer of another ----------------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::ElementsAre;

namespace {

class NestedModelTest : public FrontendTest {
protected:
  /// 4 -> 3, 15 parameters.
  Model encoder() {
    Tensor x = Input({4}, {.name = "x"});
    return Model(x, Dense(3, {.name = "code"})(x), {.name = "encoder"});
  }
};

TEST_F(NestedModelTest, SharesItsWeights) {
  Model inner = encoder();
  Tensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Tensor y = inner(a), z = inner(b);
  EXPECT_EQ(y.shape(), (Shape{None, 3}));
  EXPECT_FALSE(y == z);
  Model model({a, b}, {y, Dense(2, {.name = "head"})(z)});
  EXPECT_EQ(model.count_params(), 15 + 8);
  const graph::Model &graph = model.graph();
  ASSERT_EQ(graph.calls.size(), 3u);
  // Node 0 is the model's own graph.
  EXPECT_EQ(graph.calls[0], (std::pair{inner.recorded(), 1u}));
  EXPECT_EQ(graph.calls[1], (std::pair{inner.recorded(), 2u}));
  EXPECT_THAT(graph.outputNames, ElementsAre("encoder", "head"));
  EXPECT_EQ(graph::weightOwners(graph).size(), 2u);

  Layer layer = model.get_layer("encoder");
  EXPECT_EQ(layer.class_name(), "Functional");
  EXPECT_EQ(layer.count_params(), 15);
  EXPECT_TRUE(layer.output() == inner.outputs()[0]);
  EXPECT_TRUE(layer.get_output_at(2) == z);
  EXPECT_TRUE(layer.get_input_at(1) == a);
  EXPECT_EQ(layer(a).shape(), (Shape{None, 3}));
}

TEST_F(NestedModelTest, TwoDeepAndByTwoPaths) {
  Model inner = encoder();
  Tensor m = Input({4}, {.name = "m"});
  Model middle(m, Dense(4, {.name = "back"})(inner(m)), {.name = "middle"});
  Tensor x = Input({4}, {.name = "x"});
  Model outer(x, {middle(middle(x)), inner(x)}, {.name = "outer"});
  EXPECT_EQ(outer.count_params(), 15 + 16);
  const auto owners = graph::weightOwners(outer.graph());
  ASSERT_EQ(owners.size(), 2u);
  EXPECT_EQ(owners[0]->name, "code");
  EXPECT_EQ(owners[1]->name, "back");
}

/// Three deep; on every way down the same two layers.
TEST_F(NestedModelTest, ThreeDeep) {
  Model inner = encoder();
  Dense back(4, {.name = "back"});
  auto around = [&](const Model &model, const std::string &name) {
    Tensor x = Input({4}, {.name = name + "_in"});
    return Model(x, back(model(x)), {.name = name});
  };
  Tensor x = Input({4}, {.name = "x"});
  Model one = around(inner, "one");
  Tensor h = Input({4}, {.name = "h"});
  Model two(h, {one(one(h)), inner(h)}, {.name = "two"});
  Results both = two(back(two(x)[1]));
  Model three(x, {both[0], both[1], one(x)}, {.name = "three"});
  EXPECT_EQ(three.count_params(), 15 + 16);
  const auto owners = graph::weightOwners(three.graph());
  ASSERT_EQ(owners.size(), 2u);
  EXPECT_THAT(three.graph().outputNames, ElementsAre("two", "two_1", "one"));
  EXPECT_EQ(one.inbound_nodes().size(), 4u);
}

/// Two models of different names share a layer; each is also a part of the other's graph.
TEST_F(NestedModelTest, ModelsThatShareALayer) {
  Dense shared(3, {.name = "code"});
  Tensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Model first(a, shared(a), {.name = "first"}), second(b, Activation("tanh", {.name = "act"})(shared(b)), {.name = "second"});
  Tensor x = Input({4}, {.name = "x"});
  Model model(x, {first(x), second(x), shared(x)}, {.name = "both"});
  EXPECT_EQ(model.count_params(), 15);
  EXPECT_EQ(graph::weightOwners(model.graph()).size(), 1u);
  EXPECT_THAT(model.graph().outputNames, ElementsAre("first", "second", "code"));
  // On the other's inputs and outputs, which are tensors as any others.
  Model chained(a, second(a), {.name = "chained"});
  EXPECT_EQ(chained.count_params(), 15);
  EXPECT_ERROR(Model(b, second(a)), "the outputs depend on `a`, which is not among the inputs of the model; all that they "
               "depend on must be");
}

/// Its own inputs give no way into itself: the call is beside its graph, which stays.
TEST_F(NestedModelTest, OnItsOwnInputs) {
  Tensor x = Input({4}, {.name = "x"});
  Model inner(x, Dense(4, {.name = "code"})(x), {.name = "inner"});
  Tensor y = inner(inner.inputs()[0]), z = inner(inner.outputs()[0]);
  EXPECT_EQ(inner.graph().calls.size(), 1u);
  Model outer(x, {y, z}, {.name = "outer"});
  EXPECT_EQ(outer.count_params(), 20);
  EXPECT_EQ(outer.graph().calls.size(), 3u);
  EXPECT_EQ(inner.graph().calls.size(), 1u);
}

TEST_F(NestedModelTest, Frozen) {
  Model inner = encoder();
  Tensor x = Input({4}, {.name = "x"});
  Model middle(x, {inner(x), Dense(2, {.name = "side"})(x)}, {.name = "middle"});
  Results both = middle(x);
  Model model(x, {Dense(1, {.name = "head"})(both[0]), both[1]}, {.name = "outer"});
  auto trainable = [&] { return graph::countParameters(model.graph()).trainable; };
  EXPECT_EQ(trainable(), 15 + 10 + 4);
  inner.set_trainable(false);
  EXPECT_FALSE(inner.get_layer("code").trainable());
  EXPECT_TRUE(middle.trainable());
  EXPECT_EQ(trainable(), 10 + 4);
  middle.set_trainable(false);
  EXPECT_EQ(trainable(), 4);
  inner.get_layer("code").set_trainable(true);
  EXPECT_EQ(trainable(), 15 + 4);
  model.set_trainable(true);
  EXPECT_EQ(trainable(), 15 + 10 + 4);
  Model still(x, inner(x), {.name = "still", .trainable = false});
  EXPECT_FALSE(still.trainable());
  EXPECT_FALSE(inner.trainable());
  EXPECT_EQ(trainable(), 10 + 4);
  EXPECT_THAT(model.summary_text(), testing::HasSubstr("Non-trainable params: 15 (60.00 B)\n"));
}

TEST_F(NestedModelTest, SeveralOutputs) {
  Tensor x = Input({4}, {.name = "x"}), y = Input({4}, {.name = "y"});
  Model pair({x, y}, {Dense(2)(x), Dense(3)(y)}, {.name = "pair"});
  Tensor a = Input({4});
  Results both = pair({a, a});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1].shape(), (Shape{None, 3}));
  EXPECT_ERROR(Tensor(pair({a, a})),
               "the result of `pair` has 2 tensors; where one is needed, take it by `[i]`");
  const Layer layer = pair;
  EXPECT_EQ(layer({a, a}).size(), 2u);
  EXPECT_TRUE(layer.output()[1] == pair.outputs()[1]);
  EXPECT_TRUE(layer.get_input_at(1)[0] == a);
}

TEST_F(NestedModelTest, WrongArguments) {
  Model inner = encoder();
  Tensor wide = Input({5}), labels = Input({4}, {.dtype = "int32"}), x = Input({4});
  EXPECT_ERROR(inner(wide), "`encoder` is called on a tensor of float32 (None, 5) but its input `x` is float32 "
                            "(None, 4); they must be equal");
  EXPECT_ERROR(inner(labels), "`encoder` is called on a tensor of int32 (None, 4) but its input `x` is float32 "
                              "(None, 4); they must be equal");
  EXPECT_ERROR(inner({x, x}), "`encoder` is called on 2 tensors but has 1 input, `x`");
  EXPECT_ERROR(inner(Tensor()), "`encoder` is called on a tensor without a value; it is not the result of a layer");
  auto error = errorOf([&] { inner(wide); });
  ASSERT_EQ(error->notes().size(), 2u);
  EXPECT_EQ(error->notes()[0].message, "`encoder` is made here");
  EXPECT_EQ(error->notes()[1].message, "`input_layer` of shape (None, 5) is made here");
  EXPECT_EQ(inner.recorded()->nodes.size(), 1u);
}

TEST_F(NestedModelTest, NamesDifferOverAllModels) {
  Model inner = encoder();
  Tensor x = Input({4}, {.name = "x"});
  const unsigned line = __LINE__ + 1;
  Tensor y = Dense(3, {.name = "code"})(x);
  EXPECT_ERROR(Model(x, {inner(x), y}), "two layers are called `code`; names must differ within a model");
  auto error = errorOf([&] { Model(x, {inner(x), y}); });
  ASSERT_EQ(error->notes().size(), 2u);
  EXPECT_TRUE(error->notes()[0].location.line == line || error->notes()[1].location.line == line);
  EXPECT_ERROR(Model(x, inner(x), {.name = "encoder"}),
               "the model and one nested in it are called `encoder`; names of models must differ");
}

TEST_F(NestedModelTest, Summary) {
  Model inner = encoder();
  Tensor a = Input({4}, {.name = "a"});
  Model model(a, Dense(2, {.name = "head"})(inner(a)), {.name = "outer"});
  EXPECT_EQ(model.summary_text({.expand_nested = true}), R"(Model: "outer"
_______________________________________________________________
 Layer (type)                Output Shape             Param #
===============================================================
 a (InputLayer)              (None, 4)                0
 encoder (Functional)        (None, 3)                15
    └ x (InputLayer)         (None, 4)                0
    └ code (Dense)           (None, 3)                15
 head (Dense)                (None, 2)                8
===============================================================
Total params: 23 (92.00 B)
Trainable params: 23 (92.00 B)
Non-trainable params: 0 (0.00 B)
_______________________________________________________________
)");
  EXPECT_THAT(model.summary_text(), testing::Not(testing::HasSubstr("code (Dense)")));
  Model shared(a, {inner(a), Dense(2, {.name = "other"})(inner(a))});
  EXPECT_THAT(shared.summary_text(), testing::HasSubstr("encoder[3][0]"));
}

} // namespace
