//===- NestedTest.cpp - models and layers within others, all the way down -===//

#include "Models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::test;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// `form` of the model, as text.
std::string emit(const Model &model, const std::string &form) {
  const driver::Result result = driver::compile(model.graph(), {.emit = {form}, .maxBatch = 32});
  EXPECT_TRUE(result.ok) << messages(result);
  return artefact(result, form);
}

/// The function or entry whose head has `name`, up to the next one.
std::string functionOf(const std::string &text, const std::string &name, const std::string &keyword) {
  const size_t begin = text.find(name);
  EXPECT_NE(begin, std::string::npos) << name;
  return text.substr(begin, text.find(keyword, begin) - begin);
}

size_t count(const std::string &text, const std::string &part) {
  size_t number = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++number;
  return number;
}

/// Three dense layers, of which `hidden` may be frozen.
Model mlp() {
  clear_session();
  Tensor x = Input({40}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "relu", .name = "first"})(x);
  h = Dense(32, {.activation = "relu", .name = "second"})(h);
  return Model(x, Dense(16, {.activation = "softmax", .name = "third"})(h), {.name = "mlp"});
}

Model video(const Model &frame) {
  Tensor frames = Input({20, 40}, {.name = "frames"});
  Model model(frames, TimeDistributed(frame, {.name = "each"})(frames), {.name = "video"});
  model.compile({.optimizer = SGD({.momentum = 0.9}), .loss = "sparse_categorical_crossentropy"});
  return model;
}

TEST(Nested, ReadsLikeTheProgram) {
  const std::string text = emit(video(mlp()), "ingot");
  EXPECT_THAT(text, HasSubstr("ingot.variable @first.kernel : tensor<40x64xf32>"));
  EXPECT_THAT(text, HasSubstr("ingot.model @mlp(%pixels: tensor<?x40xf32>"));
  EXPECT_THAT(text, HasSubstr("ingot.time_distributed %frames : tensor<?x20x40xf32> -> tensor<?x20x16xf32> {"));
  EXPECT_THAT(text, HasSubstr("ingot.call @mlp("));
}

/// A weight is called after its layer; the header tells where that is.
TEST(Nested, NamesOfWeights) {
  Model frame = mlp();
  Tensor frames = Input({20, 40}, {.name = "frames"}), still = Input({40}, {.name = "still"});
  Model inner({frames, still}, {TimeDistributed(frame, {.name = "each"})(frames), frame(still)}, {.name = "inner"});
  Results both = inner({frames, still});
  Model model({frames, still}, {both[0], Dense(3, {.trainable = false, .name = "head"})(both[1])}, {.name = "outer"});
  const std::string header = emit(model, "header");
  EXPECT_THAT(header, ContainsRegex("#define OUTER_FIRST_KERNEL_OFFSET +0 /\\* \\(40, 64\\), in inner/each/mlp \\*/"));
  EXPECT_THAT(header, ContainsRegex("#define OUTER_THIRD_BIAS_OFFSET +[0-9]+ /\\* \\(16\\), in inner/each/mlp \\*/"));
  EXPECT_THAT(header, ContainsRegex("#define OUTER_HEAD_KERNEL_OFFSET +[0-9]+ /\\* \\(16, 3\\), frozen \\*/"));
  EXPECT_EQ(count(header, "KERNEL_OFFSET"), 4u);
  const std::string text = emit(model, "ingot");
  EXPECT_EQ(count(text, "{ingot.path = \"inner/each/mlp\"}"), 6u);
  // The same names, and the same place in the block, in the nested model alone.
  const std::string alone = emit(frame, "header");
  EXPECT_THAT(alone, ContainsRegex("#define MLP_THIRD_KERNEL_OFFSET +18816 /\\* \\(32, 16\\) \\*/"));
  EXPECT_THAT(header, ContainsRegex("#define OUTER_THIRD_KERNEL_OFFSET +18816 "));
}

/// One product for all steps, forward and backward, each by a kernel.
TEST(Nested, StepsAreOneProduct) {
  const std::string text = emit(video(mlp()), "bufferized");
  const std::string call = "call @ingot_kernel_";
  EXPECT_EQ(count(functionOf(text, "@video_predict_body", "func.func"), call), 3u);
  // Three forward, three for weights, two for what is between the layers.
  EXPECT_EQ(count(functionOf(text, "@video_train_step_body", "func.func"), call), 8u);
  EXPECT_THAT(text, HasSubstr("memref<640x64xf32>"));
}

TEST(Nested, AFrozenModelLeavesNoBackwardCode) {
  Model frame = mlp();
  Model model = video(frame);
  frame.set_trainable(false);
  const std::string none = functionOf(emit(model, "train"), "@video.train_step", "ingot.entry");
  EXPECT_EQ(count(none, "ingot.contract"), 3u);
  EXPECT_EQ(count(none, "ingot.apply_sgd"), 0u);

  // The last layer alone: no gradient goes on to what is before it.
  frame.get_layer("third").set_trainable(true);
  const std::string text = emit(model, "train");
  const std::string step = functionOf(text, "@video.train_step", "ingot.entry");
  EXPECT_EQ(count(step, "ingot.contract"), 3u + 1u);
  EXPECT_EQ(count(step, "ingot.apply_sgd"), 2u);
  EXPECT_EQ(count(text, "of @"), 2u) << "slots of the kernel and the bias";
  EXPECT_THAT(text, HasSubstr("ingot.variable @second.kernel frozen"));
  EXPECT_THAT(text, Not(HasSubstr("of @second.kernel")));
  // Their gradients are zeros, which nobody computes.
  EXPECT_EQ(count(functionOf(text, "@video.gradients", "ingot.entry"), "ingot.contract"), 3u + 1u);
}

} // namespace
