//===- SameGraphTest.cpp - JSON and the DSL give the same graph -----------===//
//
// Both models are written out as text, everything but places in files, and the
// texts are compared.
//
//===----------------------------------------------------------------------===//

#include "graph/Graph.h"
#include "keras/KerasModel.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <ingot/ingot.h>
#include <sstream>

using namespace ingot;

namespace {

//===----------------------------------------------------------------------===//
// A graph as text
//===----------------------------------------------------------------------===//

std::string text(const graph::TensorType &type) {
  return shape::toString(type.shape) +
         (type.dtype == graph::DType::I32 ? " i32" : " f32");
}

std::string text(const graph::TensorRef &ref) {
  return fmt::format("{}[{}][{}]", ref.layer->name, ref.node, ref.index);
}

std::string text(const graph::Config &config) {
  std::string result;
  for (const auto &[key, value] : config)
    result += fmt::format(
        " {}={}#{}", key, value.index(),
        std::visit([](const auto &held) { return fmt::format("{}", held); },
                   value));
  return result;
}

std::string text(const graph::Layer &layer) {
  std::string result =
      fmt::format("{} {} trainable={}{}\n", layer.className, layer.name,
                  layer.trainable, text(layer.config));
  for (const graph::Variable &v : layer.variables)
    result += fmt::format(
        "  {} {} init={}({}, {}, {}) l1={} l2={} trainable={}\n", v.name,
        shape::toString(v.shape), int(v.initializer.kind), v.initializer.a,
        v.initializer.b, v.initializer.seed ? int64_t(*v.initializer.seed) : -1,
        v.regularizer.l1, v.regularizer.l2, v.trainable);
  for (const auto &inner : graph::innerLayers(layer))
    result += "  of " + text(*inner);
  for (const graph::Node &node : layer.nodes) {
    result += "  call";
    for (const graph::TensorRef &input : node.inputs)
      result += " " + text(input);
    result += " ->";
    for (const graph::TensorType &output : node.outputs)
      result += " " + text(output);
    result += "\n";
  }
  return result;
}

std::string text(const Model &model) {
  const graph::Model &graph = model.graph();
  std::string result = graph.name + "\n";
  for (size_t i = 0; i != graph.inputs.size(); ++i)
    result += fmt::format("in {} {}\n", graph.inputNames[i],
                          text(graph.inputs[i]));
  for (size_t i = 0; i != graph.outputs.size(); ++i)
    result += fmt::format("out {} {}\n", graph.outputNames[i],
                          text(graph.outputs[i]));
  for (const auto &layer : graph.layers)
    result += text(*layer);
  for (const auto &[layer, node] : graph.calls)
    result += fmt::format("call {} {}\n", layer->name, node);
  if (!graph.compile)
    return result;
  result += graph.compile->optimizer.className +
            text(graph.compile->optimizer.config) + "\n";
  for (const graph::OutputSpec &output : graph.compile->outputs) {
    result += output.name;
    if (output.loss)
      result += fmt::format(" {} logits={} smoothing={} weight={} target={}",
                            output.loss->name, output.loss->fromLogits,
                            output.loss->labelSmoothing, output.lossWeight,
                            text(output.target));
    for (const graph::Metric &metric : output.metrics)
      result += fmt::format(" {}={}", metric.key, metric.kind);
    result += "\n";
  }
  return result;
}

std::string readReference(const std::string &path) {
  std::ifstream stream(std::string(INGOT_REFERENCE_DIR) + "/" + path);
  std::ostringstream contents;
  contents << stream.rdbuf();
  EXPECT_TRUE(stream) << path;
  return contents.str();
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

Model mlp(const Optimizer &optimizer) {
  Tensor x = Input({32}, {.name = "input_1"});
  Tensor h = Dense(16, {.activation = "relu", .name = "dense"})(x);
  h = Dense(16, {.activation = "relu", .name = "dense_1"})(h);
  Tensor y = Dense(10, {.activation = "softmax", .name = "dense_2"})(h);
  Model model(x, y, {.name = "model"});
  model.compile({.optimizer = optimizer,
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

Model fromReference(const std::string &name) {
  return keras::loadKerasModel(readReference(name + "/model.json"),
                               readReference(name + "/case.json"), {});
}

TEST(SameGraph, ReferenceCases) {
  EXPECT_EQ(text(fromReference("s1_mlp_adam")), text(mlp(Adam())));
  EXPECT_EQ(text(fromReference("s1_mlp_sgd")),
            text(mlp(SGD({.learning_rate = 0.1}))));
  EXPECT_EQ(text(fromReference("s1_mlp_sgd_nesterov")),
            text(mlp(SGD(
                {.learning_rate = 0.05, .momentum = 0.9, .nesterov = true}))));
  EXPECT_EQ(text(fromReference("s1_mlp_rmsprop_centered")),
            text(mlp(RMSprop({.epsilon = 1e-5, .centered = true}))));
  EXPECT_NE(text(fromReference("s1_mlp_adam")), text(mlp(SGD())));
}

TEST(SameGraph, SharedConvolution) {
  Tensor a = Input({8, 8, 3}, {.name = "a"}), b = Input({12, 10, 3}, {.name = "b"});
  Conv2D conv(4, 3, {.padding = "same", .name = "conv"});
  Tensor of_a = GlobalAveragePooling2D({.name = "gap_a"})(conv(a));
  Tensor of_b = GlobalMaxPooling2D({.name = "gmp_b"})(conv(b));
  Tensor both = concatenate({of_a, of_b}, {.name = "cat"});
  Model model({a, b}, Dense(2, {.activation = "softmax", .name = "out"})(both), {.name = "nodes"});
  model.compile({.optimizer = SGD({.learning_rate = 0.2}),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  EXPECT_EQ(text(fromReference("s5_layer_nodes_conv")), text(model));
}

TEST(SameGraph, OrderOfLayersDoesNotMatter) {
  const std::string original = readReference("s1_mlp_adam/model.json");
  nlohmann::json reversed = nlohmann::json::parse(original);
  auto &layers = reversed["config"]["layers"];
  std::reverse(layers.begin(), layers.end());
  EXPECT_EQ(text(keras::loadKerasModel(reversed.dump(), {}, {})),
            text(keras::loadKerasModel(original, {}, {})));
}

/// A layer that is called twice, the second time on its own result; every
/// argument of Dense; several inputs and outputs; other layer classes.
TEST(SameGraph, SharedLayersAndAllArguments) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "zoo",
    "layers": [
      {"name": "a", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 2, 4], "dtype": "float32",
                  "sparse": false, "name": "a"}},
      {"name": "b", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 8], "dtype": "float32"}},
      {"name": "second", "class_name": "Activation",
       "config": {"activation": "tanh", "name": "second"},
       "inbound_nodes": [[["shared", 2, 0, {}]]]},
      {"name": "shared", "class_name": "Dense",
       "config": {"name": "shared", "units": 8, "activation": "swish",
         "use_bias": true, "trainable": false,
         "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": 7}},
         "bias_initializer": {"class_name": "Constant", "config": {"value": 1}},
         "kernel_regularizer": {"class_name": "L1L2",
                                "config": {"l1": 0, "l2": 0.01}},
         "bias_regularizer": null, "activity_regularizer": null,
         "kernel_constraint": null, "bias_constraint": null,
         "dtype": "float32"},
       "inbound_nodes": [[["flat", 0, 0, {}]], [["b", 0, 0, {}]],
                         [["shared", 0, 0, {}]]]},
      {"name": "flat", "class_name": "Flatten",
       "config": {"name": "flat", "trainable": true,
                  "data_format": "channels_last"},
       "inbound_nodes": [[["a", 0, 0, {}]]]},
      {"name": "square", "class_name": "Reshape",
       "config": {"target_shape": [4, -1]},
       "inbound_nodes": [[["shared", 1, 0, {}]]]}],
    "input_layers": [["a", 0, 0], ["b", 0, 0]],
    "output_layers": [["second", 0, 0], ["square", 0, 0], ["shared", 1, 0]]}})";
  const char *settings = R"({"compile": {
    "optimizer": "adam",
    "loss": ["mse", {"class_name": "BinaryCrossentropy",
                     "config": {"from_logits": true}}, null],
    "loss_weights": [0.5, 2, 1],
    "metrics": [["mae", "mse"], [], []]}})";

  Tensor a = Input({2, 4}, {.name = "a"});
  Tensor b = Input({8}, {.name = "b"});
  Dense shared(8, {.activation = "swish",
                   .kernel_initializer = HeNormal({.seed = 7}),
                   .bias_initializer = Constant(1),
                   .kernel_regularizer = L2(0.01),
                   .trainable = false,
                   .name = "shared"});
  Tensor s0 = shared(Flatten({.name = "flat"})(a));
  Tensor s1 = shared(b);
  Tensor s2 = shared(s0);
  Tensor second = Activation("tanh", {.name = "second"})(s2);
  Tensor square = Reshape({4, -1}, {.name = "square"})(s1);
  Model model({a, b}, {second, square, s1}, {.name = "zoo"});
  model.compile({.optimizer = "adam",
                 .loss = {"mse", BinaryCrossentropy({.from_logits = true}), {}},
                 .loss_weights = {0.5, 2, 1},
                 .metrics = {{"mae", "mse"}, {}, {}}});
  EXPECT_EQ(text(keras::loadKerasModel(json, settings, {})), text(model));
}

TEST(SameGraph, Merges) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "merges",
    "layers": [
      {"name": "a", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 4], "dtype": "float32"}},
      {"name": "b", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 4], "dtype": "float32"}},
      {"name": "add", "class_name": "Add", "config": {"name": "add", "trainable": true, "dtype": "float32"},
       "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]},
      {"name": "sub", "class_name": "Subtract", "config": {"name": "sub"},
       "inbound_nodes": [[["b", 0, 0, {}], ["a", 0, 0, {}]]]},
      {"name": "mul", "class_name": "Multiply", "config": {"name": "mul"},
       "inbound_nodes": [[["add", 0, 0, {}], ["sub", 0, 0, {}]]]},
      {"name": "mean", "class_name": "Average", "config": {"name": "mean"},
       "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}], ["mul", 0, 0, {}]]]},
      {"name": "max", "class_name": "Maximum", "config": {"name": "max"},
       "inbound_nodes": [[["mean", 0, 0, {}], ["b", 0, 0, {}]]]},
      {"name": "min", "class_name": "Minimum", "config": {"name": "min"},
       "inbound_nodes": [[["max", 0, 0, {}], ["a", 0, 0, {}]]]},
      {"name": "join", "class_name": "Concatenate", "config": {"name": "join", "axis": 1},
       "inbound_nodes": [[["min", 0, 0, {}], ["a", 0, 0, {}]]]},
      {"name": "repeat", "class_name": "RepeatVector", "config": {"name": "repeat", "n": 3},
       "inbound_nodes": [[["join", 0, 0, {}]]]},
      {"name": "permute", "class_name": "Permute", "config": {"name": "permute", "dims": [2, 1]},
       "inbound_nodes": [[["repeat", 0, 0, {}]]]},
      {"name": "dot", "class_name": "Dot", "config": {"name": "dot", "axes": [2, 1], "normalize": true},
       "inbound_nodes": [[["permute", 0, 0, {}], ["repeat", 0, 0, {}]]]},
      {"name": "one_axis", "class_name": "Dot", "config": {"name": "one_axis", "axes": 1},
       "inbound_nodes": [[["a", 0, 0, {}], ["b", 0, 0, {}]]]}],
    "input_layers": [["a", 0, 0], ["b", 0, 0]],
    "output_layers": [["dot", 0, 0], ["one_axis", 0, 0]]}})";
  Tensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Tensor product = multiply({add({a, b}, {.name = "add"}), subtract({b, a}, {.name = "sub"})}, {.name = "mul"});
  Tensor most = maximum({average({a, b, product}, {.name = "mean"}), b}, {.name = "max"});
  Tensor joined = concatenate({minimum({most, a}, {.name = "min"}), a}, {.axis = 1, .name = "join"});
  Tensor repeated = RepeatVector(3, {.name = "repeat"})(joined);
  Tensor y = dot({Permute({2, 1}, {.name = "permute"})(repeated), repeated}, {2, 1}, {.normalize = true, .name = "dot"});
  Model model({a, b}, {y, dot({a, b}, 1, {.name = "one_axis"})}, {.name = "merges"});
  EXPECT_EQ(text(keras::loadKerasModel(json, {}, {})), text(model));
}

TEST(SameGraph, Masking) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "masked",
    "layers": [
      {"name": "x", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 4, 2], "dtype": "float32"}},
      {"name": "masking", "class_name": "Masking", "config": {"name": "masking", "trainable": true, "mask_value": -1},
       "inbound_nodes": [[["x", 0, 0, {}]]]},
      {"name": "zeros", "class_name": "Masking", "config": {"name": "zeros", "mask_value": 0.0},
       "inbound_nodes": [[["masking", 0, 0, {}]]]}],
    "input_layers": [["x", 0, 0]],
    "output_layers": [["zeros", 0, 0]]}})";
  Tensor x = Input({4, 2}, {.name = "x"});
  Model model(x, Masking(0, {.name = "zeros"})(Masking(-1, {.name = "masking"})(x)), {.name = "masked"});
  EXPECT_EQ(text(keras::loadKerasModel(json, {}, {})), text(model));
}

/// A size of `noise_shape` that is None is the input's.
TEST(SameGraph, Dropout) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "dropped",
    "layers": [
      {"name": "x", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 3, 4], "dtype": "float32"}},
      {"name": "a", "class_name": "Dropout",
       "config": {"name": "a", "trainable": true, "dtype": "float32", "rate": 0.25, "noise_shape": null, "seed": null},
       "inbound_nodes": [[["x", 0, 0, {}]]]},
      {"name": "b", "class_name": "Dropout", "config": {"rate": 0, "noise_shape": [null, 1, 4], "seed": 5},
       "inbound_nodes": [[["a", 0, 0, {"training": null}]]]}],
    "input_layers": [["x", 0, 0]],
    "output_layers": [["b", 0, 0]]}})";
  Tensor x = Input({3, 4}, {.name = "x"});
  Tensor a = Dropout(0.25, {.name = "a"})(x);
  Model model(x, Dropout(0, {.noise_shape = {None, 1, 4}, .seed = 5, .name = "b"})(a), {.name = "dropped"});
  EXPECT_EQ(text(keras::loadKerasModel(json, {}, {})), text(model));
}

/// Initial states are inputs of the call.
TEST(SameGraph, RecurrentLayers) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "recurrent",
    "layers": [
      {"name": "x", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 7, 4], "dtype": "float32"}},
      {"name": "encoder", "class_name": "LSTM",
       "config": {"name": "encoder", "trainable": true, "dtype": "float32", "units": 3, "activation": "tanh",
         "recurrent_activation": "sigmoid", "use_bias": true, "unit_forget_bias": true,
         "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
         "recurrent_initializer": {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": null}},
         "bias_initializer": {"class_name": "Zeros", "config": {}},
         "kernel_regularizer": null, "recurrent_constraint": null, "dropout": 0.0, "recurrent_dropout": 0.0,
         "implementation": 2, "return_sequences": false, "return_state": true, "go_backwards": false,
         "stateful": false, "unroll": false, "time_major": false},
       "inbound_nodes": [[["x", 0, 0, {}]]]},
      {"name": "decoder", "class_name": "LSTM",
       "config": {"units": 3, "activation": "relu", "recurrent_activation": "hard_sigmoid", "use_bias": false,
                  "recurrent_initializer": "zeros", "return_sequences": true, "go_backwards": true},
       "inbound_nodes": [[["x", 0, 0, {}], ["encoder", 0, 1, {}], ["encoder", 0, 2, {}]]]}],
    "input_layers": [["x", 0, 0]],
    "output_layers": [["decoder", 0, 0], ["encoder", 0, 0]]}})";
  Tensor x = Input({7, 4}, {.name = "x"});
  Results encoded = LSTM(3, {.return_state = true, .name = "encoder"})(x);
  Tensor y = LSTM(3, {.activation = "relu",
                      .recurrent_activation = "hard_sigmoid",
                      .use_bias = false,
                      .recurrent_initializer = "zeros",
                      .return_sequences = true,
                      .go_backwards = true,
                      .name = "decoder"})({x, encoded[1], encoded[2]});
  Model model(x, {y, encoded[0]}, {.name = "recurrent"});
  EXPECT_EQ(text(keras::loadKerasModel(json, {}, {})), text(model));
}

TEST(SameGraph, Embedding) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "words",
    "layers": [
      {"name": "ids", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 7], "dtype": "int32"}},
      {"name": "table", "class_name": "Embedding",
       "config": {"name": "table", "trainable": true, "dtype": "float32", "batch_input_shape": [null, null],
         "input_dim": 20, "output_dim": 5,
         "embeddings_initializer": {"class_name": "RandomUniform", "config": {"minval": -0.05, "maxval": 0.05, "seed": null}},
         "embeddings_regularizer": null, "activity_regularizer": null, "embeddings_constraint": null,
         "mask_zero": false, "input_length": null},
       "inbound_nodes": [[["ids", 0, 0, {}]]]},
      {"name": "short", "class_name": "Embedding",
       "config": {"input_dim": 20, "output_dim": 2, "embeddings_initializer": "zeros", "mask_zero": true,
                  "embeddings_regularizer": {"class_name": "L2", "config": {"l2": 0.5}}, "input_length": 7},
       "inbound_nodes": [[["ids", 0, 0, {}]]]}],
    "input_layers": [["ids", 0, 0]],
    "output_layers": [["table", 0, 0], ["short", 0, 0]]}})";
  Tensor ids = Input({7}, {.dtype = "int32", .name = "ids"});
  Tensor table = Embedding(20, 5, {.name = "table"})(ids);
  Tensor brief = Embedding(20, 2, {.embeddings_initializer = "zeros",
                                   .embeddings_regularizer = L2(0.5),
                                   .mask_zero = true,
                                   .input_length = 7,
                                   .name = "short"})(ids);
  Model model(ids, {table, brief}, {.name = "words"});
  EXPECT_EQ(text(keras::loadKerasModel(json, {}, {})), text(model));
}

/// Losses, their weights and metrics by order, by name, and one for all.
TEST(SameGraph, SettingsOfSeveralOutputs) {
  const char *json = R"({"class_name": "Functional", "config": {
    "name": "pair",
    "layers": [
      {"name": "x", "class_name": "InputLayer", "inbound_nodes": [],
       "config": {"batch_input_shape": [null, 4], "dtype": "float32"}},
      {"name": "small", "class_name": "Dense", "config": {"name": "small", "units": 1},
       "inbound_nodes": [[["x", 0, 0, {}]]]},
      {"name": "mae", "class_name": "Dense", "config": {"name": "mae", "units": 3},
       "inbound_nodes": [[["x", 0, 0, {}]]]}],
    "input_layers": [["x", 0, 0]],
    "output_layers": [["small", 0, 0], ["mae", 0, 0]]}})";
  const auto settings = [&](const std::string &rest) {
    return keras::loadKerasModel(json, R"({"compile": {"optimizer": "sgd", )" + rest + "}}", {});
  };
  Tensor x = Input({4}, {.name = "x"});
  Model model(x, {Dense(1, {.name = "small"})(x), Dense(3, {.name = "mae"})(x)}, {.name = "pair"});
  model.compile({.optimizer = "sgd",
                 .loss = {"mse", "mae"},
                 .loss_weights = {1, 0.5},
                 .metrics = {"mse", "mae"}});
  const std::string expected = text(model);
  EXPECT_EQ(text(settings(R"("loss": ["mse", "mae"], "loss_weights": [1, 0.5], "metrics": ["mse", ["mae"]])")),
            expected);
  EXPECT_EQ(text(settings(R"("loss": {"mae": "mae", "small": "mse"}, "loss_weights": {"mae": 0.5},
                             "metrics": {"mae": ["mae"], "small": "mse"})")),
            expected);
  model.compile({.optimizer = "sgd", .loss = "mse", .loss_weights = 2, .metrics = "accuracy"});
  EXPECT_EQ(text(settings(R"("loss": "mse", "loss_weights": 2, "metrics": "accuracy")")), text(model));
}

/// Written twice with equal names, which is one model; calls count from 1.
TEST(SameGraph, NestedModels) {
  Tensor x = Input({24}, {.name = "input_1"});
  Tensor h = Dense(12, {.activation = "relu", .name = "dense"})(x);
  h = Dense(12, {.activation = "relu", .name = "dense_1"})(h);
  Model inner(x, Dense(10, {.activation = "softmax", .name = "dense_2"})(h), {.name = "model"});
  Tensor outer = Input({24}, {.name = "x"});
  Tensor head = Dense(3, {.activation = "softmax", .name = "head"})(inner(outer));
  Model model(outer, head, {.name = "outer"});
  model.compile({.optimizer = RMSprop(),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  Model loaded = fromReference("s2_model_as_layer");
  EXPECT_EQ(text(loaded), text(model));
  const auto owners = graph::weightOwners(loaded.graph());
  ASSERT_EQ(owners.size(), 4u);
  EXPECT_EQ(owners[0]->name, "dense");
}

/// The layer that is applied stands in the config of its wrapper.
TEST(SameGraph, TimeDistributed) {
  Tensor x = Input({32}, {.name = "input_1"});
  Tensor h = Dense(16, {.activation = "relu", .name = "dense"})(x);
  h = Dense(16, {.activation = "relu", .name = "dense_1"})(h);
  Model mlp(x, Dense(10, {.activation = "softmax", .name = "dense_2"})(h), {.name = "model"});
  Tensor frames = Input({6, 32}, {.name = "input_sequences"});
  Model model(frames, TimeDistributed(mlp, {.name = "time_distributed"})(frames), {.name = "video_model"});
  model.compile({.optimizer = RMSprop(),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  Model loaded = fromReference("s2_time_distributed");
  EXPECT_EQ(text(loaded), text(model));
  EXPECT_EQ(graph::weightOwners(loaded.graph()).size(), 3u);
}

/// A model written in two wrappers and beside them is one; frozen in one place, it is
/// frozen.
TEST(SameGraph, AModelInWrappersAndBeside) {
  nlohmann::json json = nlohmann::json::parse(readReference("s2_time_distributed/model.json"));
  auto &layers = json["config"]["layers"];
  const auto source = [](const char *name) {
    return nlohmann::json::array({nlohmann::json::array({nlohmann::json::array({name, 0, 0, nlohmann::json::object()})})});
  };
  nlohmann::json again = layers[1];
  again["name"] = again["config"]["name"] = "again";
  again["config"]["layer"] = {{"class_name", "TimeDistributed"},
                              {"config", {{"name", "inner"}, {"layer", layers[1]["config"]["layer"]}}}};
  again["inbound_nodes"] = source("films");
  again["config"]["trainable"] = false;
  nlohmann::json films = layers[0];
  films["name"] = films["config"]["name"] = "films";
  films["config"]["batch_input_shape"] = {nullptr, 3, 7, 32};
  nlohmann::json frame = films, beside = layers[1]["config"]["layer"];
  frame["name"] = frame["config"]["name"] = "frame";
  frame["config"]["batch_input_shape"] = {nullptr, 32};
  beside["name"] = "model";
  beside["inbound_nodes"] = source("frame");
  for (const nlohmann::json &layer : {films, frame, again, beside})
    layers.push_back(layer);
  json["config"]["input_layers"].push_back({"films", 0, 0});
  json["config"]["input_layers"].push_back({"frame", 0, 0});
  json["config"]["output_layers"].push_back({"again", 0, 0});
  json["config"]["output_layers"].push_back({"model", 1, 0});
  Model model = keras::loadKerasModel(json.dump(), {}, {});
  EXPECT_EQ(model.count_params(), 970);
  EXPECT_EQ(model.outputs()[1].shape(), (Shape{None, 3, 7, 10}));
  EXPECT_EQ(graph::countParameters(model.graph()).trainable, 0);
}

TEST(SameGraph, FrozenModels) {
  nlohmann::json json = nlohmann::json::parse(readReference("s2_model_as_layer/model.json"));
  auto trainable = [&] {
    return graph::countParameters(keras::loadKerasModel(json.dump(), {}, {}).graph()).trainable;
  };
  const int64_t all = trainable();
  json["config"]["layers"][1]["config"]["trainable"] = false;
  EXPECT_EQ(trainable(), 10 * 3 + 3);
  json["config"]["layers"][1]["config"]["trainable"] = true;
  EXPECT_EQ(trainable(), all);
  json["config"]["trainable"] = false;
  EXPECT_EQ(trainable(), 0);
}

TEST(SameGraph, EqualNamesAreOneLayer) {
  nlohmann::json json =
      nlohmann::json::parse(readReference("s2_model_as_layer/model.json"));
  auto &layers = json["config"]["layers"];
  // A model around another copy of the nested one.
  nlohmann::json around = {
      {"name", "around"},
      {"class_name", "Functional"},
      {"inbound_nodes", nlohmann::json::parse(R"([[["x", 0, 0, {}]]])")},
      {"config", {{"name", "around"},
                  {"layers", {layers[0], layers[1]}},
                  {"input_layers", nlohmann::json::parse(R"([["x", 0, 0]])")},
                  {"output_layers", nlohmann::json::parse(R"([["model", 1, 0]])")}}}};
  layers.push_back(around);
  json["config"]["output_layers"].push_back({"around", 1, 0});
  Model model = keras::loadKerasModel(json.dump(), {}, {});
  EXPECT_EQ(model.count_params(), 619);
  EXPECT_EQ(graph::weightOwners(model.graph()).size(), 4u);

  layers.back()["config"]["layers"][1]["config"]["layers"][1]["config"]["units"] = 13;
  try {
    keras::loadKerasModel(json.dump(), {}, {});
    FAIL() << "nothing was thrown";
  } catch (const Error &error) {
    EXPECT_EQ(error.message(), "there are two layers `model` that differ; "
                               "layers of equal names are one layer");
  }
  layers.erase(layers.size() - 1);
  json["config"]["output_layers"] = nlohmann::json::parse(R"([["model", 0, 0]])");
  try {
    keras::loadKerasModel(json.dump(), {}, {});
    FAIL() << "nothing was thrown";
  } catch (const Error &error) {
    EXPECT_EQ(error.message(), "`config.output_layers[0]` names call 0 of `model`, "
                               "which is called 1 time; calls count from 1");
  }
}

/// `model`, in the form in which Keras 3 writes it.
nlohmann::json asKeras3(nlohmann::json model) {
  auto describe = [](nlohmann::json &object) {
    object["module"] = "keras";
    object["registered_name"] = nullptr;
    object["build_config"] = {{"input_shape", {nullptr, 4}}};
  };
  describe(model);
  if (model["config"].contains("layer"))
    model["config"]["layer"] = asKeras3(model["config"]["layer"]);
  if (model["config"].contains("dtype") && model["class_name"] != "InputLayer")
    model["config"]["dtype"] = {{"module", "keras"}, {"class_name", "DTypePolicy"},
                                {"config", {{"name", model["config"]["dtype"]}}}, {"registered_name", nullptr}};
  if (!model["config"].contains("layers"))
    return model;
  for (nlohmann::json &layer : model["config"]["layers"]) {
    nlohmann::json calls = nlohmann::json::array();
    for (const nlohmann::json &call : layer["inbound_nodes"]) {
      nlohmann::json tensors = nlohmann::json::array();
      for (const nlohmann::json &source : call)
        tensors.push_back({{"class_name", "__keras_tensor__"},
                           {"config", {{"dtype", "float32"}, {"keras_history", {source[0], source[1], source[2]}}}}});
      const nlohmann::json argument = tensors.size() == 1 ? tensors[0] : tensors;
      calls.push_back({{"args", nlohmann::json::array({argument})}, {"kwargs", {{"mask", nullptr}}}});
    }
    layer = asKeras3(layer);
    layer["inbound_nodes"] = calls;
  }
  return model;
}

TEST(SameGraph, TheFormOfKeras3) {
  for (const char *name : {"s1_mlp_adam", "s2_model_twice", "s2_time_distributed", "s5_layer_nodes_conv"}) {
    SCOPED_TRACE(name);
    const nlohmann::json model = nlohmann::json::parse(readReference(std::string(name) + "/model.json"));
    EXPECT_EQ(text(keras::loadKerasModel(asKeras3(model).dump(), {}, {})), text(keras::loadKerasModel(model.dump(), {}, {})));
  }
}

TEST(SameGraph, InitializersAreLeftOutWhenWeightsAreGiven) {
  nlohmann::json json =
      nlohmann::json::parse(readReference("s1_mlp_adam/model.json"));
  json["config"]["layers"][1]["config"]["kernel_initializer"] = {
      {"class_name", "Identity"}, {"config", {{"gain", 1}}}};
  EXPECT_THROW(keras::loadKerasModel(json.dump(), {}, {}), Unsupported);
  EXPECT_EQ(text(keras::loadKerasModel(json.dump(), {},
                                       {.ignoreInitializers = true})),
            text(keras::loadKerasModel(readReference("s1_mlp_adam/model.json"),
                                       {}, {})));
}

} // namespace
