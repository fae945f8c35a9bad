//===- LayersTest.cpp - what layers record --------------------------------===//

#include "ExpectError.h"

#include "graph/Graph.h"

using namespace ingot;

namespace {

class LayersTest : public FrontendTest {};

TEST_F(LayersTest, Input) {
  Tensor x = Input({28, 28}, {.name = "image"});
  EXPECT_EQ(x.shape(), (Shape{None, 28, 28}));
  EXPECT_EQ(x.dtype(), "float32");
  EXPECT_EQ(Input({5}, {.dtype = "int32"}).dtype(), "int32");
  EXPECT_EQ(Input({}).shape(), (Shape{None}));
  EXPECT_EQ(x.ref().layer->className, "InputLayer");
}

TEST_F(LayersTest, ShapesAsText) {
  EXPECT_EQ(shape_text(Input({28, 28}).shape()), "(None, 28, 28)");
  EXPECT_EQ(shape_text({}), "()");
}

TEST_F(LayersTest, DenseRecordsConfigAndVariables) {
  const unsigned line = __LINE__ + 1;
  Dense dense(64, {.activation = "swish", .kernel_regularizer = L2(0.5), .trainable = false});
  EXPECT_EQ(dense.count_params(), 0);
  Tensor y = dense(Input({784}));
  EXPECT_EQ(y.shape(), (Shape{None, 64}));

  const graph::Layer &layer = *dense.recorded();
  EXPECT_EQ(layer.className, "Dense");
  EXPECT_EQ(layer.name, "dense");
  EXPECT_EQ(layer.loc.line, line);
  EXPECT_FALSE(layer.trainable);
  EXPECT_EQ(layer.config, (graph::Config{{"units", int64_t{64}},
                                         {"activation", std::string("silu")},
                                         {"use_bias", true}}));
  ASSERT_EQ(layer.variables.size(), 2u);
  EXPECT_EQ(layer.variables[0].name, "kernel");
  EXPECT_EQ(layer.variables[0].shape, (Shape{784, 64}));
  EXPECT_EQ(layer.variables[0].initializer.kind, graph::Initializer::Kind::Uniform);
  EXPECT_EQ(layer.variables[0].regularizer.l2, 0.5);
  EXPECT_EQ(layer.variables[1].name, "bias");
  EXPECT_EQ(layer.variables[1].shape, (Shape{64}));
  EXPECT_EQ(layer.variables[1].regularizer.l2, 0);
  EXPECT_EQ(dense.count_params(), 50240);
}

TEST_F(LayersTest, DenseWithoutBias) {
  Dense dense(3, {.use_bias = false});
  dense(Input({5, 2}));
  ASSERT_EQ(dense.recorded()->variables.size(), 1u);
  EXPECT_EQ(dense.output_shape(), (Shape{None, 5, 3}));
  EXPECT_EQ(std::get<std::string>(dense.recorded()->config.at("activation")), "linear");
}

TEST_F(LayersTest, CallsAreNodesAndShareVariables) {
  Dense dense(4);
  Tensor a = Input({4}), b = Input({4});
  Tensor first = dense(a);
  const unsigned line = __LINE__ + 1;
  Tensor second = dense(b);
  EXPECT_EQ(dense.recorded()->nodes.size(), 2u);
  EXPECT_EQ(dense.recorded()->nodes[1].loc.line, line);
  EXPECT_EQ(dense.recorded()->nodes[1].inputs[0], b.ref());
  EXPECT_EQ(dense.recorded()->variables.size(), 2u);
  EXPECT_FALSE(first == second);
}

TEST_F(LayersTest, ALayerMayBeCalledOnItsOwnResult) {
  Dense dense(4);
  Tensor y = dense(dense(Input({4})));
  EXPECT_EQ(y.ref().node, 1u);
}

TEST_F(LayersTest, ActivationFlattenReshape) {
  Tensor x = Input({28, 28});
  Tensor flat = Flatten()(x);
  EXPECT_EQ(flat.shape(), (Shape{None, 784}));
  Tensor back = Reshape({-1, 14})(flat);
  EXPECT_EQ(back.shape(), (Shape{None, 56, 14}));
  Tensor y = Activation("softmax", {.name = "probabilities"})(back);
  EXPECT_EQ(y.shape(), back.shape());
  EXPECT_EQ(y.ref().layer->name, "probabilities");
  EXPECT_EQ(Flatten()(Input({2, 3}, {.dtype = "int32"})).dtype(), "int32");
}

TEST_F(LayersTest, AReshapeFitsInputsOfSeveralSizes) {
  Reshape reshape({-1, 2});
  EXPECT_EQ(reshape(Input({8})).shape(), (Shape{None, 4, 2}));
  EXPECT_EQ(reshape(Input({6})).shape(), (Shape{None, 3, 2}));
}

TEST_F(LayersTest, PermuteAndRepeatVector) {
  Permute permute({2, 1});
  EXPECT_EQ(permute(Input({3, 4})).shape(), (Shape{None, 4, 3}));
  EXPECT_EQ(permute(Input({3, 4}, {.dtype = "int32"})).dtype(), "int32");
  EXPECT_EQ(RepeatVector(5)(Input({3})).shape(), (Shape{None, 5, 3}));
}

TEST_F(LayersTest, MaskingKeepsTheShape) {
  Masking masking;
  EXPECT_EQ(masking(Input({3, 4})).shape(), (Shape{None, 3, 4}));
  EXPECT_EQ(masking(Input({4})).shape(), (Shape{None, 4}));
  EXPECT_EQ(masking.recorded()->config, (graph::Config{{"mask_value", 0.0}}));
  EXPECT_EQ(Masking(-1).recorded()->config, (graph::Config{{"mask_value", -1.0}}));
}

TEST_F(LayersTest, Dropout) {
  Tensor y = Dropout(0.25)(Input({3, 4}));
  EXPECT_EQ(y.shape(), (Shape{None, 3, 4}));
  EXPECT_EQ(y.ref().layer->name, "dropout");
  EXPECT_EQ(y.ref().layer->config, (graph::Config{{"rate", 0.25}}));
  Dropout rows(0.5, {.noise_shape = {None, 1, 4}, .seed = 3});
  EXPECT_EQ(rows(Input({3, 4})).shape(), (Shape{None, 3, 4}));
  EXPECT_EQ(rows.recorded()->config, (graph::Config{{"rate", 0.5}, {"noise_shape", Shape{-1, 1, 4}}, {"seed", int64_t{3}}}));
  EXPECT_EQ(rows.count_params(), 0);
}

TEST_F(LayersTest, MergesShareAnOp) {
  Tensor a = Input({3, 1}), b = Input({1, 4}), c = Input({3, 4});
  const std::vector<std::pair<std::string, Tensor>> merges = {
      {"add", add({a, b, c})},     {"subtract", subtract({a, c})}, {"multiply", multiply({a, b, c})},
      {"average", average({a, c})}, {"maximum", maximum({c, b})},   {"minimum", minimum({b, a})}};
  for (const auto &[kind, tensor] : merges) {
    EXPECT_EQ(tensor.shape(), (Shape{None, 3, 4})) << kind;
    const graph::Layer &layer = *tensor.ref().layer;
    EXPECT_EQ(layer.name, kind);
    EXPECT_EQ(layer.op, "merge");
    EXPECT_EQ(layer.config, (graph::Config{{"kind", kind}}));
  }
  EXPECT_EQ(add({c}).shape(), c.shape());
}

TEST_F(LayersTest, FunctionsAreLayers) {
  Tensor a = Input({3}), b = Input({3});
  const unsigned line = __LINE__ + 1;
  Tensor y = maximum({a, b}, {.name = "most"});
  EXPECT_EQ(y.ref().layer->className, "Maximum");
  EXPECT_EQ(y.ref().layer->name, "most");
  EXPECT_EQ(y.ref().layer->loc.line, line);
  EXPECT_EQ(y.ref().layer->nodes[0].loc.line, line);
  EXPECT_EQ(y.ref().layer->nodes[0].inputs.size(), 2u);
}

TEST_F(LayersTest, AConcatenateFitsInputsOfSeveralRanks) {
  Concatenate join;
  EXPECT_EQ(join({Input({3}), Input({4}), Input({5})}).shape(), (Shape{None, 12}));
  EXPECT_EQ(join({Input({2, 3}), Input({2, 4})}).shape(), (Shape{None, 2, 7}));
  EXPECT_EQ(join.recorded()->op, "concatenate");
  EXPECT_EQ(concatenate({Input({2, 3}), Input({4, 3})}, {.axis = 1}).shape(), (Shape{None, 6, 3}));
  EXPECT_EQ(concatenate({Input({2}, {.dtype = "int32"}), Input({1}, {.dtype = "int32"})}).dtype(), "int32");
}

TEST_F(LayersTest, ADotHasOneAxisForBothOrOneForEach) {
  Tensor a = Input({3, 4}), b = Input({4, 5}), v = Input({4});
  EXPECT_EQ(dot({a, b}, {2, 1}).shape(), (Shape{None, 3, 5}));
  EXPECT_EQ(dot({a, b}, {-1, -2}).shape(), (Shape{None, 3, 5}));
  EXPECT_EQ(dot({v, v}).shape(), (Shape{None, 1}));
  Dot last(-1, {.normalize = true});
  EXPECT_EQ(last({a, v}).shape(), (Shape{None, 3}));
  EXPECT_EQ(last({a, a}).shape(), (Shape{None, 3, 3}));
  EXPECT_EQ(last.recorded()->op, "dot");
  EXPECT_EQ(last.recorded()->config, (graph::Config{{"axes", std::vector<int64_t>{-1, -1}}, {"normalize", true}}));
}

} // namespace
