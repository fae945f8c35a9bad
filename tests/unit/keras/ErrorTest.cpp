//===- ErrorTest.cpp - files that are not a model -------------------------===//

#include "ingot/ModelError.h"
#include "keras/KerasModel.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <functional>

using namespace ingot;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

const char *const modelText = R"({
 "class_name": "Functional",
 "config": {
  "name": "model",
  "layers": [
   {"name": "x", "class_name": "InputLayer",
    "config": {"batch_input_shape": [null, 4], "dtype": "float32"},
    "inbound_nodes": []},
   {
    "name": "d", "class_name": "Dense",
    "config": {"units": 3, "activation": "linear"},
    "inbound_nodes": [[["x", 0, 0, {}]]]}
  ],
  "input_layers": [["x", 0, 0]],
  "output_layers": [["d", 0, 0]]
 }
})";

const char *const settingsText = R"({"compile": {
  "optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
  "loss": ["mean_squared_error"], "loss_weights": [1], "metrics": [[]]}})";

std::string errorOf(const std::string &model,
                    const std::string &settings = settingsText) {
  try {
    (void)keras::loadKerasModel(model, settings, {.modelFile = "m.json"});
  } catch (const Error &error) {
    // No text of the JSON library's own exceptions.
    EXPECT_THAT(error.format(), Not(HasSubstr("json.exception")));
    return error.format();
  }
  return "no error";
}

using Change = std::function<void(nlohmann::json &)>;

/// The error after a change of `config`, which loses the lines.
std::string changed(const Change &change) {
  nlohmann::json json = nlohmann::json::parse(modelText);
  change(json["config"]);
  return errorOf(json.dump());
}

std::string changedSettings(const Change &change) {
  nlohmann::json json = nlohmann::json::parse(settingsText);
  change(json["compile"]);
  return errorOf(modelText, json.dump());
}

std::string replaced(std::string text, const std::string &from,
                     const std::string &to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(KerasErrors, TheModelOfThisTestIsFine) {
  EXPECT_EQ(errorOf(modelText), "no error");
}

TEST(KerasErrors, NotJson) {
  EXPECT_THAT(errorOf(""), HasSubstr("m.json:1: error: the file is empty"));
  EXPECT_THAT(errorOf("{\n\"a\": 1,\n}"),
              StartsWith("m.json:3: error: this is not valid JSON"));
  EXPECT_THAT(errorOf("[]"), HasSubstr("is []; must be an object"));
  EXPECT_THAT(errorOf(std::string("\"\xff\"")), HasSubstr("not valid JSON"));
  // Deep nesting must not end the program.
  EXPECT_NE(errorOf(std::string(1000000, '[')), "no error");
}

TEST(KerasErrors, TheLineOfTheLayerIsNamed) {
  EXPECT_THAT(errorOf(replaced(modelText, "\"units\": 3", "\"units\": 0")),
              StartsWith("m.json:9: error: `units` is 0; must be positive"));
  EXPECT_THAT(errorOf(replaced(modelText, "\"units\": 3", "\"units\": \"3\"")),
              StartsWith("m.json:9: error: `units` is \"3\""));
}

TEST(KerasErrors, MissingMembers) {
  EXPECT_THAT(errorOf("{}"), HasSubstr("there is no `class_name`"));
  EXPECT_THAT(changed([](auto &c) { c.erase("layers"); }),
              HasSubstr("`config` has no `layers`"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1].erase("class_name"); }),
              HasSubstr("`config.layers[1]` has no `class_name`"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1].erase("inbound_nodes"); }),
              HasSubstr("`config.layers[1]` has no `inbound_nodes`"));
  EXPECT_THAT(
      changed([](auto &c) { c["layers"][0]["config"] = nlohmann::json::object(); }),
      HasSubstr("`config.layers[0].config` has no `batch_input_shape`"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1]["config"].erase("units"); }),
              HasSubstr("`Dense` has no `units`"));
  EXPECT_THAT(changed([](auto &c) { c.erase("output_layers"); }),
              HasSubstr("`config` has no `output_layers`"));
}

TEST(KerasErrors, WrongTypes) {
  EXPECT_THAT(changed([](auto &c) { c["layers"] = 3; }),
              HasSubstr("`config.layers` is 3; must be a list"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1] = "Dense"; }),
              HasSubstr("`config.layers[1]` is \"Dense\"; must be an object"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1]["name"] = 5; }),
              HasSubstr("`config.layers[1].name` is 5; must be a string"));
  EXPECT_THAT(
      changed([](auto &c) { c["layers"][0]["config"]["batch_input_shape"][1] = 1.5; }),
      HasSubstr("batch_input_shape[1]` is 1.5; must be an integer"));
  EXPECT_THAT(
      changed([](auto &c) { c["layers"][1]["config"]["trainable"] = "yes"; }),
      HasSubstr("trainable` is \"yes\"; must be true or false"));
  EXPECT_THAT(changed([](auto &c) {
                c["layers"][1]["inbound_nodes"][0][0] = {"x", 0};
              }),
              HasSubstr("has 2 elements; element 2 is needed"));
}

TEST(KerasErrors, Wrappers) {
  auto wrapped = [](const nlohmann::json &config) {
    return changed([&](auto &c) {
      c["layers"][1]["class_name"] = "TimeDistributed";
      c["layers"][1]["config"] = config;
    });
  };
  EXPECT_THAT(wrapped(nlohmann::json::object()), HasSubstr("`layer` is missing; must be a layer or a model"));
  EXPECT_THAT(wrapped({{"layer", 3}}), HasSubstr("`config.layers[1].config.layer` is 3; must be an object"));
  EXPECT_THAT(wrapped({{"layer", {{"class_name", "Flatten"}, {"config", nlohmann::json::object()}}}}),
              HasSubstr("`config.layers[1].config.layer.config` has no `name`"));
  EXPECT_THAT(wrapped({{"layer", {{"class_name", "Flatten"}, {"config", {{"name", "f"}}}}}}),
              HasSubstr("`d`: input has shape (None, 4); rank must be at least 3"));
}

TEST(KerasErrors, Connections) {
  auto source = [](const nlohmann::json &name, const nlohmann::json &node,
                   const nlohmann::json &index) {
    return changed([&](auto &c) {
      c["layers"][1]["inbound_nodes"][0][0] = {name, node, index,
                                               nlohmann::json::object()};
    });
  };
  EXPECT_THAT(source("y", 0, 0),
              HasSubstr("names layer `y`; there is no such layer"));
  EXPECT_THAT(source("x", 1, 0),
              HasSubstr("names call 1 of `x`, which is called 1 time; calls count from 0"));
  EXPECT_THAT(source("x", -1, 0), HasSubstr("names call -1 of `x`"));
  EXPECT_THAT(source("x", 0, 1),
              HasSubstr("names result 1 of `x`, which has 1"));
  EXPECT_THAT(source("d", 0, 0), HasSubstr("depends on its own result"));
  EXPECT_THAT(changed([](auto &c) { c["layers"][1]["name"] = "x"; }),
              HasSubstr("there are two layers `x`"));
  EXPECT_THAT(changed([](auto &c) { c["output_layers"][0][0] = "z"; }),
              HasSubstr("names layer `z`; there is no such layer"));
}

TEST(KerasErrors, CompileSettings) {
  EXPECT_THAT(errorOf(modelText, "{}"),
              HasSubstr("case.json: error: there is no `compile`"));
  EXPECT_THAT(changedSettings([](auto &c) { c.erase("optimizer"); }),
              HasSubstr("`compile` has no `optimizer`"));
  EXPECT_THAT(changedSettings([](auto &c) {
                c["optimizer"]["config"]["learning_rate"] = "fast";
              }),
              HasSubstr("`learning_rate` is \"fast\"; must be a number"));
  EXPECT_THAT(
      changedSettings([](auto &c) { c["loss_weights"] = {1, 2}; }),
      HasSubstr("`loss_weights` has 2 entries"));
  EXPECT_THAT(changedSettings([](auto &c) { c["metrics"] = 1; }),
              HasSubstr("`compile.metrics` is 1; must be a list"));
}

TEST(KerasErrors, SettingsNameOutputs) {
  EXPECT_THAT(changedSettings([](auto &c) { c["metrics"] = {{"dd", "mae"}}; }),
              HasSubstr("`metrics` names `dd`, which is no output; outputs are `d`"));
  EXPECT_THAT(changedSettings([](auto &c) { c["loss"] = {{"e", "mse"}}; }),
              HasSubstr("`loss` names `e`, which is no output; outputs are `d`"));
}

//===----------------------------------------------------------------------===//
// Unsupported
//===----------------------------------------------------------------------===//

std::string unsupported(const Change &change) {
  nlohmann::json json = nlohmann::json::parse(modelText);
  change(json);
  try {
    (void)keras::loadKerasModel(json.dump(), settingsText, {});
  } catch (const Unsupported &error) {
    return error.name();
  } catch (const Error &error) {
    return "an error: " + error.format();
  }
  return "no error";
}

TEST(KerasUnsupported, IsNamed) {
  auto dense = [](const char *key, const nlohmann::json &value) {
    return unsupported([&](auto &j) {
      j["config"]["layers"][1]["config"][key] = value;
    });
  };
  EXPECT_EQ(unsupported([](auto &j) { j["class_name"] = "Sequential"; }),
            "Sequential");
  EXPECT_EQ(unsupported([](auto &j) {
              j["config"]["layers"][1]["class_name"] = "LSTMCell";
            }),
            "LSTMCell");
  // A nested model is named too, and not what is in its config.
  EXPECT_EQ(unsupported([](auto &j) {
              nlohmann::json nested = j;
              nested["name"] = "inner";
              nested["class_name"] = "Sequential";
              nested["inbound_nodes"] = {{{"x", 0, 0, nlohmann::json::object()}}};
              j["config"]["layers"][1] = nested;
            }),
            "Sequential");
  // So is what a wrapper applies.
  EXPECT_EQ(unsupported([](auto &j) {
              auto &layer = j["config"]["layers"][1];
              layer["config"] = {{"layer", {{"class_name", "Masked"}, {"config", {{"name", "m"}, {"rate", 1}}}}}};
              layer["class_name"] = "TimeDistributed";
            }),
            "Masked");
  EXPECT_EQ(dense("layer", {{"class_name", "Flatten"}, {"config", {{"name", "f"}}}}), "layer");
  EXPECT_EQ(dense("activation", "mish"), "mish");
  EXPECT_EQ(dense("lora_rank", 4), "lora_rank");
  EXPECT_EQ(dense("kernel_constraint", {{"class_name", "MaxNorm"}, {"config", {{"max_value", 2}}}}),
            "kernel_constraint");
  EXPECT_EQ(unsupported([](auto &j) {
              j["config"]["layers"][0]["config"]["dtype"] = "string";
            }),
            "string");
  EXPECT_EQ(unsupported([](auto &j) {
              j["config"]["layers"][0]["config"]["batch_input_shape"][0] = 8;
            }),
            "fixed batch size");
  // As Keras 3 writes a call.
  EXPECT_EQ(unsupported([](auto &j) {
              j["config"]["layers"][1]["inbound_nodes"] = nlohmann::json::parse(
                  R"([{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}],
                       "kwargs": {"training": true}}])");
            }),
            "training");
  EXPECT_THAT(unsupported([](auto &j) {
                j["config"]["layers"][1]["inbound_nodes"] = nlohmann::json::parse(
                    R"([{"args": [{"class_name": "Tensor", "config": {}}], "kwargs": {}}])");
              }),
              HasSubstr("`config.layers[1].inbound_nodes[0].args[0]` is no tensor; must be one or a list of them"));
  EXPECT_EQ(unsupported([](auto &j) {
              j["config"]["layers"][1]["inbound_nodes"][0][0][3]["training"] =
                  true;
            }),
            "training");
}

TEST(KerasUnsupported, OptimizersLossesAndMetricsAreNamed) {
  auto name = [](const Change &change) -> std::string {
    nlohmann::json json = nlohmann::json::parse(settingsText);
    change(json["compile"]);
    try {
      (void)keras::loadKerasModel(modelText, json.dump(), {});
    } catch (const Unsupported &error) {
      return error.name();
    }
    return "no error";
  };
  EXPECT_EQ(name([](auto &c) { c["optimizer"]["class_name"] = "Ftrl"; }),
            "Ftrl");
  EXPECT_EQ(name([](auto &c) {
              c["optimizer"]["config"]["learning_rate"] = {
                  {"class_name", "ExponentialDecay"},
                  {"config", nlohmann::json::object()}};
            }),
            "ExponentialDecay");
  EXPECT_EQ(name([](auto &c) { c["loss"][0] = "huber"; }), "huber");
  EXPECT_EQ(name([](auto &c) { c["metrics"][0] = {"AUC"}; }), "AUC");
}

TEST(KerasErrors, TooManyLayers) {
  EXPECT_THAT(changed([](nlohmann::json &config) {
                const nlohmann::json dense = config["layers"][1];
                config["layers"] = std::vector<nlohmann::json>(10001, dense);
              }),
              HasSubstr("`config.layers` has 10001 layers; at most 10000 are possible"));
}

} // namespace
