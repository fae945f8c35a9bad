//===- RecurrentTest.cpp - recurrent layers and mistakes with them --------===//

#include "ExpectError.h"

#include "frontend/LayerRegistry.h"
#include "graph/Graph.h"

using namespace ingot;

namespace {

class RecurrentTest : public FrontendTest {
protected:
  Tensor x = Input({20, 5});
};

TEST_F(RecurrentTest, WeightsAndFirstValues) {
  LSTM lstm(3);
  Tensor y = lstm(x);
  EXPECT_EQ(y.shape(), (Shape{None, 3}));
  EXPECT_EQ(lstm.name(), "lstm");
  const graph::Layer &layer = *lstm.recorded();
  EXPECT_EQ(layer.op, "lstm");
  EXPECT_EQ(layer.config, (graph::Config{{"units", int64_t{3}},
                                         {"activation", std::string("tanh")},
                                         {"recurrent_activation", std::string("sigmoid")},
                                         {"use_bias", true},
                                         {"return_sequences", false},
                                         {"return_state", false},
                                         {"go_backwards", false}}));
  ASSERT_EQ(layer.variables.size(), 3u);
  EXPECT_EQ(layer.variables[0].name, "kernel");
  EXPECT_EQ(layer.variables[0].shape, (Shape{5, 12}));
  EXPECT_EQ(layer.variables[1].name, "recurrent_kernel");
  EXPECT_EQ(layer.variables[1].shape, (Shape{3, 12}));
  EXPECT_EQ(layer.variables[1].initializer.kind, graph::Initializer::Kind::Orthogonal);
  EXPECT_EQ(layer.variables[2].name, "bias");
  EXPECT_EQ(layer.variables[2].shape, (Shape{12}));
  // Ones where the forget gate is.
  const graph::Initializer &bias = layer.variables[2].initializer;
  ASSERT_EQ(bias.kind, graph::Initializer::Kind::Concat);
  EXPECT_EQ(bias.sizes, (std::vector<int64_t>{3, 3, 6}));
  EXPECT_EQ(bias.parts[0].a, 0);
  EXPECT_EQ(bias.parts[1].a, 1);
  EXPECT_EQ(bias.parts[2].a, 0);
  EXPECT_EQ(lstm.count_params(), 5 * 12 + 3 * 12 + 12);
}

TEST_F(RecurrentTest, Options) {
  LSTM lstm(3, {.activation = {},
                .recurrent_activation = "hard_sigmoid",
                .use_bias = false,
                .recurrent_initializer = "glorot_uniform",
                .recurrent_regularizer = L2(0.5)});
  lstm(x);
  const graph::Layer &layer = *lstm.recorded();
  EXPECT_EQ(std::get<std::string>(layer.config.at("activation")), "linear");
  EXPECT_EQ(std::get<std::string>(layer.config.at("recurrent_activation")), "hard_sigmoid");
  ASSERT_EQ(layer.variables.size(), 2u);
  EXPECT_EQ(layer.variables[0].regularizer.l2, 0);
  EXPECT_EQ(layer.variables[1].regularizer.l2, 0.5);
  LSTM plain(3, {.bias_initializer = "ones", .unit_forget_bias = false});
  plain(x);
  EXPECT_EQ(plain.recorded()->variables[2].initializer.kind, graph::Initializer::Kind::Constant);
}

TEST_F(RecurrentTest, SequencesAndStates) {
  LSTM lstm(3, {.return_sequences = true, .return_state = true, .go_backwards = true});
  Results results = lstm(x);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].shape(), (Shape{None, 20, 3}));
  EXPECT_EQ(results[1].shape(), (Shape{None, 3}));
  EXPECT_EQ(results[2].shape(), (Shape{None, 3}));
  // The states of one layer begin another.
  Tensor y = LSTM(3)({x, results[1], results[2]});
  EXPECT_EQ(y.shape(), (Shape{None, 3}));
  EXPECT_EQ(y.ref().layer->nodes[0].inputs.size(), 3u);
}

TEST_F(RecurrentTest, Arguments) {
  EXPECT_ERROR(LSTM(0), "`units` is 0; must be positive");
  EXPECT_ERROR(LSTM(3, {.activation = "tan"}), "there is no activation `tan`; did you mean `tanh`?");
  EXPECT_ERROR(LSTM(3, {.stateful = true}), "`stateful` of `LSTM` is true; only false is supported");
}

TEST_F(RecurrentTest, Inputs) {
  EXPECT_ERROR(LSTM(3, {.name = "reader"})(Input({784})),
               "`reader`: input has shape (None, 784), of rank 2; must be (batch, steps, features), of rank 3");
  EXPECT_ERROR(LSTM(3, {.name = "r"})(Input({2, 3, 4})),
               "`r`: input has shape (None, 2, 3, 4), of rank 4; must be (batch, steps, features), of rank 3");
  EXPECT_ERROR(LSTM(3, {.name = "r"})(Input({20, 5}, {.dtype = "int32"})),
               "`r` is called on an int32 tensor; LSTM takes float32");
  EXPECT_ERROR(LSTM(3, {.name = "r"})({x, x}),
               "`r` is called on 2 tensors; LSTM takes one, or three: the sequence and the initial states h and c");
  EXPECT_ERROR(LSTM(3, {.name = "r"})({x, Input({3}), Input({4})}),
               "`r` is called with initial state c of shape (None, 4); must be (None, 3)");
  LSTM lstm(3);
  lstm(x);
  EXPECT_ERROR(lstm(Input({20, 6})),
               "`lstm` is called on shape (None, 20, 6), but its kernel is (5, 12); the last dimension must be 5");
  EXPECT_ERROR(Tensor(LSTM(3, {.return_state = true, .name = "r"})(x)),
               "the result of `r` has 3 tensors; where one is needed, take it by `[i]`");
}

/// What Keras writes into a file and what means nothing here.
TEST_F(RecurrentTest, KerasArguments) {
  const SourceLocation loc{"model.json", 7, 0};
  auto messageOf = [&](Spec::Arguments more) {
    more["units"] = int64_t{3};
    auto error = errorOf([&] { makeLayer("LSTM", {.attributes = more}, loc); });
    return error ? error->message() : "";
  };
  EXPECT_EQ(messageOf({{"unroll", true},
                       {"implementation", int64_t{2}},
                       {"use_cudnn", std::string("auto")},
                       {"dropout", int64_t{0}},
                       {"recurrent_dropout", 0.0},
                       {"stateful", false},
                       {"time_major", false}}),
            "");
  EXPECT_EQ(messageOf({{"dropout", 0.25}}),
            "`dropout` of `LSTM` is 0.25; only 0 is supported; put a `Dropout` layer before or behind it");
  EXPECT_EQ(messageOf({{"recurrent_dropout", 0.5}}),
            "`recurrent_dropout` of `LSTM` is 0.5; only 0 is supported; put a `Dropout` layer before or behind it");
  EXPECT_EQ(messageOf({{"time_major", true}}), "`time_major` of `LSTM` is true; only false is supported");
}

} // namespace
