//===- ReportTest.cpp - what the report says, counted by hand --------------===//

#include "Models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>

using namespace ingot;
using namespace ingot::test;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

namespace {

/// Report and header of one compilation.
struct Reported {
  json report;
  std::string text, header;

  const json &layer(const std::string &name) const {
    for (const json &layer : report["layers"])
      if (layer["name"] == name)
        return layer;
    ADD_FAILURE() << "there is no layer " << name << "\n" << text;
    static const json none = json::object();
    return none;
  }
  int64_t forward(const std::string &name) const { return layer(name).at("macs").at("forward"); }
  int64_t backward(const std::string &name) const { return layer(name).at("macs").at("backward"); }

  int64_t macro(const std::string &name) const {
    std::smatch match;
    return std::regex_search(header, match, std::regex("_" + name + " +(\\d+)")) ? std::stoll(match[1]) : -1;
  }
};

/// Not much is asked of the code where only its report is looked at.
Reported report(const Model &model, driver::Options options = {.optLevel = '0'}) {
  options.emit = {"report", "report-json", "header"};
  const driver::Result result = driver::compile(model.graph(), options);
  EXPECT_TRUE(result.ok) << messages(result);
  return {json::parse(artefact(result, "report-json")), artefact(result, "report"), artefact(result, "header")};
}

Model trained(const Tensor &x, const Tensor &y) {
  Model model(x, y, {.name = "net"});
  model.compile({.optimizer = Adam(), .loss = "mse"});
  return model;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

TEST(ReportMacs, Dense) {
  const Reported mlp = report(mnist());
  EXPECT_EQ(mlp.forward("dense"), 784 * 64);
  EXPECT_EQ(mlp.forward("dense_1"), 64 * 64);
  EXPECT_EQ(mlp.forward("digit"), 64 * 10);
  EXPECT_EQ(mlp.report["total"]["macs"]["forward"], 784 * 64 + 64 * 64 + 64 * 10);
  // The gradient of the weights, and that of the input but for the first layer.
  EXPECT_EQ(mlp.backward("dense"), 784 * 64);
  EXPECT_EQ(mlp.backward("dense_1"), 2 * 64 * 64);
  EXPECT_EQ(mlp.backward("digit"), 2 * 64 * 10);
  EXPECT_EQ(mlp.layer("dense")["class"], "Dense");
  EXPECT_EQ(mlp.layer("dense")["calls"][0]["output"], json::parse("[null, 64]"));
}

/// In each of 5 steps four gates, of the input and of what the step before made.
TEST(ReportMacs, Recurrence) {
  clear_session();
  Tensor x = Input({5, 3}, {.name = "x"});
  const Reported net = report(trained(x, LSTM(4, {.name = "lstm"})(x)));
  EXPECT_EQ(net.forward("lstm"), 5 * 4 * 4 * (3 + 4));
  // For both matrices the gradient; of the state also that of what comes in.
  EXPECT_EQ(net.backward("lstm"), 5 * 4 * 4 * (3 + 4) + 5 * 4 * 4 * 4);
}

TEST(ReportMacs, Convolution) {
  clear_session();
  Tensor x = Input({8, 8, 3}, {.name = "x"});
  Tensor y = Conv2D(4, 3, {.name = "conv"})(x);
  const Reported net = report(trained(x, GlobalAveragePooling2D({.name = "pool"})(y)));
  EXPECT_EQ(net.forward("conv"), 6 * 6 * 4 * 3 * 3 * 3);
  EXPECT_EQ(net.forward("pool"), 0);
  EXPECT_EQ(net.layer("conv")["class"], "Conv2D");
  EXPECT_EQ(net.layer("conv")["bytes"]["activations"], 4 * 6 * 6 * 4);
}

/// Each call counts, and the weights are there once.
TEST(ReportMacs, SharedLayer) {
  clear_session();
  Tensor a = Input({6}, {.name = "a"}), b = Input({6}, {.name = "b"});
  Dense shared(6, {.name = "shared"});
  Model model({a, b}, {shared(a), shared(shared(b))}, {.name = "net"});
  model.compile({.loss = "mse"});
  const Reported net = report(model);
  EXPECT_EQ(net.forward("shared"), 3 * 6 * 6);
  EXPECT_EQ(net.layer("shared")["calls"].size(), 3u);
  EXPECT_EQ(net.layer("shared")["parameters"]["trainable"], 6 * 6 + 6);
  EXPECT_EQ(net.layer("shared")["bytes"]["activations"], 3 * 4 * 6);
  EXPECT_THAT(net.text, HasSubstr("(None, 6) x3"));
}

/// Layers in a model that is applied to each of 7 steps.
TEST(ReportMacs, NestedModel) {
  clear_session();
  Tensor pixels = Input({5}, {.name = "pixels"});
  Model inner(pixels, Dense(3, {.name = "first"})(pixels), {.name = "inner"});
  Tensor x = Input({7, 5}, {.name = "x"});
  const Reported net = report(trained(x, TimeDistributed(inner, {.name = "each"})(x)));
  EXPECT_EQ(net.forward("each/inner/first"), 7 * 5 * 3);
  EXPECT_EQ(net.layer("each/inner/first")["parameters"]["trainable"], 5 * 3 + 3);
  EXPECT_EQ(net.layer("each/inner/first")["class"], "Dense");
  EXPECT_EQ(net.layer("each/inner/first")["bytes"]["activations"], 7 * 4 * 3);
  EXPECT_EQ(net.layer("each/inner/first")["calls"][0]["steps"], 7);
}

TEST(ReportMacs, FrozenLayerHasOnlyTheGradientOfItsInput) {
  clear_session();
  Tensor x = Input({8}, {.name = "x"});
  Tensor h = Dense(7, {.name = "below"})(x);
  const Reported net = report(trained(x, Dense(6, {.trainable = false, .name = "frozen"})(h)));
  EXPECT_EQ(net.forward("frozen"), 7 * 6);
  EXPECT_EQ(net.backward("frozen"), 7 * 6);
  EXPECT_EQ(net.layer("frozen")["parameters"]["frozen"], 7 * 6 + 6);
}

TEST(ReportMacs, ForwardIsNotKnownWithoutAnEntryForIt) {
  const Reported net = report(mnist(), {.entries = {"train_step"}});
  EXPECT_TRUE(net.layer("dense")["macs"]["forward"].is_null());
  EXPECT_THAT(net.text, HasSubstr("?"));
}

//===----------------------------------------------------------------------===//
// Memory and code
//===----------------------------------------------------------------------===//

TEST(Report, AgreesWithTheHeader) {
  const Reported net = report(mnist());
  EXPECT_EQ(net.report["params_bytes"], net.macro("PARAMS_BYTES"));
  EXPECT_EQ(net.report["state_bytes"], net.macro("STATE_BYTES"));
  int64_t weights = 0;
  for (const json &layer : net.report["layers"])
    weights += layer["bytes"]["weights"].get<int64_t>();
  EXPECT_EQ(net.report["total"]["bytes"]["weights"], weights);
  EXPECT_EQ(weights, 4 * (784 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10));
  for (const json &entry : net.report["entries"]) {
    std::string name = entry["name"];
    if (name.rfind("init", 0) == 0)
      continue;
    std::transform(name.begin(), name.end(), name.begin(), ::toupper);
    EXPECT_EQ(entry["arena_bytes"], net.macro(name + "_ARENA_BYTES")) << name;
  }
}

/// What is live at the peak is the planner's lower bound.
TEST(Report, PeakAddsUp) {
  const Reported net = report(mnist());
  int seen = 0;
  for (const json &entry : net.report["entries"]) {
    int64_t live = 0;
    for (const json &layer : entry["peak"]["live"])
      live += layer["bytes"].get<int64_t>();
    EXPECT_EQ(live, entry["lower_bound"]) << entry;
    seen += live > 0;
  }
  EXPECT_GE(seen, 4);
  // All activations of 256 samples are live where the first layer's gradient is made.
  for (const json &entry : net.report["entries"])
    if (entry["name"] == "train_step")
      EXPECT_EQ(entry["peak"]["layer"], "dense");
}

TEST(Report, CodeIsAttributed) {
  const Reported net = report(mnist(), {.optLevel = '2'});
  int64_t own = 0, shared = 0;
  for (const json &entry : net.report["entries"])
    if (entry["name"] != "init_state") {
      EXPECT_GT(entry["own_code_bytes"], 0) << entry["name"];
      own += entry["own_code_bytes"].get<int64_t>();
    }
  std::set<std::string> kernels;
  for (const json &function : net.report["code"]["shared"]) {
    shared += function["bytes"].get<int64_t>();
    kernels.insert(function["name"]);
    EXPECT_GE(function["entries"].size(), 2u);
  }
  EXPECT_THAT(kernels, Contains(HasSubstr("kernel_nn")));
  // What is left are functions that are no entries, and gaps between functions.
  EXPECT_LE(own + shared, net.report["code"]["text_bytes"]);
  EXPECT_GE(own + shared, net.report["code"]["text_bytes"].get<int64_t>() * 9 / 10);
}

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

TEST(Report, RemarksAreAtTheUsersLine) {
  const Reported net = report(mnist());
  bool isPacked = false, isNot = false;
  for (const json &remark : net.report["remarks"]) {
    if (remark["layer"] == "dense" || remark["layer"] == "dense_1")
      EXPECT_THAT(remark["file"].get<std::string>(), HasSubstr("Models.h"));
    if (remark["decision"] == "pack" && remark["message"].get<std::string>().find("its columns lie apart") != std::string::npos)
      isPacked |= remark["kind"] == "done" && remark["layer"] == "dense_1";
    if (remark["decision"] == "pack" && remark["message"].get<std::string>().find("200704 bytes") != std::string::npos)
      isNot |= remark["kind"] == "missed" && remark["layer"] == "dense";
  }
  EXPECT_TRUE(isPacked && isNot) << net.report["remarks"].dump(1);
}

TEST(Report, LinesAreShort) {
  clear_session();
  Tensor pixels = Input({5}, {.name = "a_rather_long_name_of_an_input"});
  Model inner(pixels, Dense(3, {.name = "a_rather_long_name_of_a_layer"})(pixels), {.name = "a_rather_long_name_of_a_model"});
  Tensor x = Input({7, 5}, {.name = "x"});
  const Reported net = report(trained(x, TimeDistributed(inner, {.name = "each"})(x)));
  std::istringstream lines(net.text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
}

} // namespace
