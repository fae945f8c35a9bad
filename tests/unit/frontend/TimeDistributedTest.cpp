//===- TimeDistributedTest.cpp - a layer or a model on each step ----------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::ElementsAre;

namespace {

class TimeDistributedTest : public FrontendTest {
protected:
  /// 4 -> 3 -> 2, 23 parameters.
  Model mlp() {
    Tensor x = Input({4}, {.name = "x"});
    Tensor h = Dense(3, {.name = "hidden"})(x);
    return Model(x, Dense(2, {.name = "out"})(h), {.name = "mlp"});
  }
};

TEST_F(TimeDistributedTest, OfALayer) {
  Dense inner(8, {.name = "inner"});
  Tensor x = Input({20, 4}, {.name = "x"});
  Tensor y = TimeDistributed(inner)(x);
  EXPECT_EQ(y.shape(), (Shape{None, 20, 8}));
  Model model(x, y);
  Layer wrapper = model.get_layer("time_distributed");
  EXPECT_EQ(wrapper.class_name(), "TimeDistributed");
  EXPECT_EQ(wrapper.count_params(), 4 * 8 + 8);
  EXPECT_EQ(inner.count_params(), 4 * 8 + 8);
  EXPECT_TRUE(wrapper.output() == y);
  // The layer itself was not called.
  EXPECT_TRUE(inner.inbound_nodes().empty());
  const auto owners = graph::weightOwners(model.graph());
  ASSERT_EQ(owners.size(), 1u);
  EXPECT_EQ(owners[0]->name, "inner");
}

TEST_F(TimeDistributedTest, OfAModel) {
  Model inner = mlp();
  Tensor frames = Input({20, 4}, {.name = "frames"}), frame = Input({4}, {.name = "frame"});
  Layer each = TimeDistributed(inner, {.name = "each"});
  Tensor y = each(frames);
  EXPECT_EQ(y.shape(), (Shape{None, 20, 2}));
  // Shared with a call of the model itself, whose node 0 is its own graph.
  Tensor z = inner(frame);
  Model model({frames, frame}, {y, z}, {.name = "both"});
  EXPECT_THAT(model.graph().outputNames, ElementsAre("each", "mlp"));
  EXPECT_EQ(model.count_params(), 23);
  EXPECT_EQ(inner.inbound_nodes().size(), 2u);
  EXPECT_EQ(each.inbound_nodes().size(), 1u);
  EXPECT_THAT(model.summary_text(), testing::HasSubstr("each (TimeDistributed)      (None, 20, 2)            23"));
}

TEST_F(TimeDistributedTest, OfStepsOfSteps) {
  Tensor x = Input({5, 20, 4});
  EXPECT_EQ(Tensor(TimeDistributed(TimeDistributed(mlp()))(x)).shape(), (Shape{None, 5, 20, 2}));
  EXPECT_EQ(Tensor(TimeDistributed(LSTM(3))(x)).shape(), (Shape{None, 5, 3}));
  EXPECT_EQ(Tensor(TimeDistributed(Flatten())(x)).shape(), (Shape{None, 5, 80}));
  EXPECT_EQ(Tensor(TimeDistributed(Conv2D(6, 3))(Input({7, 8, 9, 2}))).shape(), (Shape{None, 7, 6, 7, 6}));
}

TEST_F(TimeDistributedTest, SharesItsWeights) {
  Layer each = TimeDistributed(Dense(3));
  Tensor a = Input({20, 4}), b = Input({7, 4});
  Model model({a, b}, {each(a), each(b)});
  EXPECT_EQ(model.count_params(), 15);
  EXPECT_EQ(each.get_output_shape_at(1), (Shape{None, 7, 3}));
  Tensor wide = Input({20, 5}, {.name = "wide"});
  EXPECT_ERROR(each(wide), "`dense` is called on shape (None, 5), but its kernel is (4, 3); the last dimension must be 4");
  // A layer that was called by its wrapper alone has no node, but was built somewhere.
  auto error = errorOf([&] { each(wide); });
  ASSERT_TRUE(error);
  EXPECT_NE(error->format().find("note: `dense` was first called here"), std::string::npos) << error->format();
}

TEST_F(TimeDistributedTest, SeveralResults) {
  Results all = TimeDistributed(LSTM(3, {.return_state = true}))(Input({5, 20, 4}));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].shape(), (Shape{None, 5, 3}));
}

TEST_F(TimeDistributedTest, Frozen) {
  Model inner = mlp();
  Tensor x = Input({20, 4});
  Tensor y = TimeDistributed(inner, {.trainable = false})(x);
  EXPECT_FALSE(inner.trainable());
  EXPECT_FALSE(inner.get_layer("hidden").trainable());
  EXPECT_EQ(graph::countParameters(Model(x, y).graph()).trainable, 0);
}

template <typename T>
concept HasSteps = requires(T value) { TimeDistributed(value); };
static_assert(HasSteps<Layer> && HasSteps<Dense> && HasSteps<Model>);
static_assert(!HasSteps<Tensor> && !HasSteps<Results>, "a tensor is no layer");

TEST_F(TimeDistributedTest, WhatHasNoSteps) {
  Layer each = TimeDistributed(Dense(3));
  Tensor flat = Input({4}), steps = Input({20, 4});
  EXPECT_ERROR(each(flat), "`time_distributed`: input has shape (None, 4); rank must be at least 3: batch, time, and "
                           "what a step has");
  EXPECT_ERROR(each({steps, steps}), "`time_distributed` is called on 2 tensors; TimeDistributed takes one");
  EXPECT_ERROR(each(Tensor()),
               "`time_distributed` is called on a tensor without a value; it is not the result of a layer");
  EXPECT_TRUE(each.inbound_nodes().empty());
  EXPECT_ERROR(each.output(), "`time_distributed` was never called; it has no input or output");
  // A time that is only known at run time cannot come into being.
  EXPECT_ERROR(Input({None, 4}), "`shape` is (None, 4); every size must be known, the number of steps too; only the "
                                 "batch, which is not among them, varies");
}

TEST_F(TimeDistributedTest, WhatCannotBeApplied) {
  Model inner = mlp();
  Layer input = inner.get_layer("x");
  EXPECT_ERROR(TimeDistributed(input), "`layer` is the input `x`; must be a layer or a model");
  Tensor wide = Input({20, 5});
  EXPECT_ERROR(TimeDistributed(inner)(wide), "`mlp` is called on a tensor of float32 (None, 5) but its input `x` is "
                                             "float32 (None, 4); they must be equal");
  Tensor a = Input({4}), b = Input({4});
  Model two({a, b}, Add()({a, b}), {.name = "two"});
  Tensor steps = Input({20, 4});
  EXPECT_ERROR(TimeDistributed(two)(steps), "`two` is called on 1 tensor but has 2 inputs, `input_layer_1`, `input_layer_2`");
}

TEST_F(TimeDistributedTest, NamesOfWhatIsApplied) {
  Model inner = mlp();
  Tensor x = Input({20, 4}, {.name = "x"});
  Tensor y = TimeDistributed(inner)(x);
  Tensor z = Dense(3, {.name = "hidden"})(x);
  EXPECT_ERROR(Model(x, {y, z}), "two layers are called `hidden`; names must differ within a model");
  EXPECT_ERROR(Model(x, y, {.name = "mlp"}),
               "the model and one nested in it are called `mlp`; names of models must differ");
}

} // namespace
