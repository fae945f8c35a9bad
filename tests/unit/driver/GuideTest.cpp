//===- GuideTest.cpp - networks of Keras' functional guides ---------------===//
//
// Those of the older and the newer guide, at their sizes. Nothing is run: each
// must be recorded, counted as Keras counts it, and compiled with its training.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

/// Keras' function that the guide uses throughout.
Tensor conv(const Tensor &x, int64_t filters, const PerAxis &kernel, const Conv2DOptions &options) {
  return Conv2D(filters, kernel, options)(x);
}

class Guide : public testing::Test {
protected:
  void SetUp() override { clear_session(); }

  /// Compiles `model` for training by batches of one.
  static void expectCompiles(Model model, const Losses &loss) {
    model.compile({.optimizer = "rmsprop", .loss = loss, .metrics = "accuracy"});
    const driver::Result result = driver::compile(model.graph(), {.emit = {"header", "obj"}, .maxBatch = 1});
    ASSERT_TRUE(result.ok) << messages(result);
    EXPECT_THAT(messages(result), IsEmpty());
    EXPECT_THAT(artefact(result, "header"), HasSubstr("_train_step("));
    EXPECT_THAT(artefact(result, "obj"), Not(IsEmpty()));
  }
};

TEST_F(Guide, Inception) {
  Tensor input_img = Input({256, 256, 3});
  Tensor tower_1 = conv(input_img, 64, {1, 1}, {.padding = "same", .activation = "relu"});
  tower_1 = conv(tower_1, 64, {3, 3}, {.padding = "same", .activation = "relu"});
  Tensor tower_2 = conv(input_img, 64, {1, 1}, {.padding = "same", .activation = "relu"});
  tower_2 = conv(tower_2, 64, {5, 5}, {.padding = "same", .activation = "relu"});
  Tensor tower_3 = MaxPooling2D({3, 3}, {.strides = {1, 1}, .padding = "same"})(input_img);
  tower_3 = conv(tower_3, 64, {1, 1}, {.padding = "same", .activation = "relu"});
  Tensor output = concatenate({tower_1, tower_2, tower_3});
  EXPECT_EQ(output.shape(), (Shape{None, 256, 256, 192}));
  Model model(input_img, output, {.name = "inception"});
  EXPECT_EQ(model.count_params(), 2 * 256 + (9 * 64 * 64 + 64) + (25 * 64 * 64 + 64) + 256);
  expectCompiles(model, "mse");
}

TEST_F(Guide, ResidualConnection) {
  Tensor x = Input({256, 256, 3});
  Tensor y = conv(x, 3, {3, 3}, {.padding = "same"});
  Tensor z = add({x, y});
  Model model(x, z, {.name = "residual"});
  EXPECT_EQ(model.count_params(), 84);
  expectCompiles(model, "mse");
}

TEST_F(Guide, SharedVisionModel) {
  Tensor digit_input = Input({27, 27, 1}, {.name = "digit"});
  Tensor x = Conv2D(64, {3, 3})(digit_input);
  x = Conv2D(64, {3, 3})(x);
  x = MaxPooling2D({2, 2})(x);
  Tensor out = Flatten()(x);
  Model vision_model(digit_input, out, {.name = "vision_model"});
  EXPECT_EQ(vision_model.count_params(), 37568);

  Tensor digit_a = Input({27, 27, 1}, {.name = "digit_a"});
  Tensor digit_b = Input({27, 27, 1}, {.name = "digit_b"});
  Tensor out_a = vision_model(digit_a);
  Tensor out_b = vision_model(digit_b);
  Tensor concatenated = concatenate({out_a, out_b});
  out = Dense(1, {.activation = "sigmoid"})(concatenated);
  Model classification_model({digit_a, digit_b}, out, {.name = "classification_model"});
  EXPECT_EQ(classification_model.count_params(), 53057);
  EXPECT_THAT(classification_model.summary_text(),
              HasSubstr(" vision_model (Functional)   (None, 7744)             37,568    digit_a[0][0]\n"
                        "                                                                digit_b[0][0]\n"
                        " concatenate (Concatenate)   (None, 15488)            0         vision_model[1][0]\n"
                        "                                                                vision_model[2][0]\n"));
  expectCompiles(classification_model, "binary_crossentropy");
}

/// A residual block: the sum of `x` and two convolutions of it.
Tensor residual(const Tensor &x) {
  Tensor y = conv(x, 64, 3, {.padding = "same", .activation = "relu"});
  y = conv(y, 64, 3, {.padding = "same", .activation = "relu"});
  return add({x, y});
}

TEST_F(Guide, ToyResNet) {
  Tensor inputs = Input({32, 32, 3}, {.name = "img"});
  Tensor x = conv(inputs, 32, 3, {.activation = "relu"});
  x = conv(x, 64, 3, {.activation = "relu"});
  Tensor block = residual(residual(MaxPooling2D(3)(x)));
  x = conv(block, 64, 3, {.activation = "relu"});
  x = GlobalAveragePooling2D()(x);
  x = Dense(256, {.activation = "relu"})(x);
  x = Dropout(0.5)(x);
  Model model(inputs, Dense(10)(x), {.name = "toy_resnet"});
  EXPECT_EQ(model.count_params(), 223242);
  expectCompiles(model, CategoricalCrossentropy({.from_logits = true}));
}

TEST_F(Guide, Ensemble) {
  auto member = [](const std::string &name) {
    Tensor inputs = Input({128});
    return Model(inputs, Dense(1)(inputs), {.name = name});
  };
  Model first = member("first"), second = member("second"), third = member("third");
  Tensor inputs = Input({128}, {.name = "inputs"});
  Tensor outputs = average({first(inputs), second(inputs), third(inputs)});
  Model model(inputs, outputs, {.name = "ensemble"});
  EXPECT_EQ(model.count_params(), 3 * 129);
  expectCompiles(model, "mse");
}

/// Texts of 100 words; those of the guide may have any number of them.
TEST_F(Guide, CustomerTickets) {
  Tensor title_input = Input({100}, {.dtype = "int32", .name = "title"});
  Tensor body_input = Input({100}, {.dtype = "int32", .name = "body"});
  Tensor tags_input = Input({12}, {.name = "tags"});
  Tensor title_features = Embedding(10000, 64)(title_input);
  Tensor body_features = Embedding(10000, 64)(body_input);
  title_features = LSTM(128)(title_features);
  body_features = LSTM(32)(body_features);
  Tensor x = concatenate({title_features, body_features, tags_input});
  Tensor priority_pred = Dense(1, {.name = "priority"})(x);
  Tensor department_pred = Dense(4, {.name = "department"})(x);
  Model model({title_input, body_input, tags_input}, {priority_pred, department_pred}, {.name = "tickets"});
  EXPECT_EQ(model.count_params(), 1392097);
  expectCompiles(model, {{"priority", BinaryCrossentropy({.from_logits = true})},
                         {"department", CategoricalCrossentropy({.from_logits = true})}});
}

/// 224 x 224 pixels to 25 * 25 * 256 numbers.
Model visionModel() {
  Tensor image = Input({224, 224, 3}, {.name = "pixels"});
  Tensor x = image;
  for (const auto &[filters, convolutions] : {std::pair{64, 2}, {128, 2}, {256, 3}}) {
    for (int i = 0; i < convolutions; ++i)
      x = conv(x, filters, {3, 3}, {.padding = i == 0 ? "same" : "valid", .activation = "relu"});
    x = MaxPooling2D({2, 2})(x);
  }
  return Model(image, Flatten()(x), {.name = "vision_model"});
}

constexpr int64_t kVisionParameters = (9 * 3 + 1 + 9 * 64 + 1) * 64 + (9 * 64 + 1 + 9 * 128 + 1) * 128 +
                                      (9 * 128 + 1 + 2 * (9 * 256 + 1)) * 256;
constexpr int64_t kQuestionParameters = 10000 * 256 + (256 + 256 + 1) * 4 * 256;

TEST_F(Guide, VisualQuestionAnswering) {
  Model vision_model = visionModel();
  EXPECT_EQ(vision_model.count_params(), kVisionParameters);
  Tensor image_input = Input({224, 224, 3}, {.name = "image"});
  Tensor encoded_image = vision_model(image_input);
  EXPECT_EQ(encoded_image.shape(), (Shape{None, 160000}));

  Tensor question_input = Input({100}, {.dtype = "int32", .name = "question"});
  Tensor embedded_question = Embedding(10000, 256, {.input_length = 100})(question_input);
  Tensor encoded_question = LSTM(256)(embedded_question);

  Tensor merged = concatenate({encoded_question, encoded_image});
  Tensor output = Dense(1000, {.activation = "softmax"})(merged);
  Model vqa_model({image_input, question_input}, output, {.name = "vqa_model"});
  EXPECT_EQ(vqa_model.count_params(), kVisionParameters + kQuestionParameters + 160257 * 1000);
  expectCompiles(vqa_model, "categorical_crossentropy");
}

TEST_F(Guide, VideoQuestionAnswering) {
  Model vision_model = visionModel();
  Tensor video_input = Input({100, 224, 224, 3}, {.name = "video"});
  Tensor encoded_frame_sequence = TimeDistributed(vision_model)(video_input);
  EXPECT_EQ(encoded_frame_sequence.shape(), (Shape{None, 100, 160000}));
  Tensor encoded_video = LSTM(256)(encoded_frame_sequence);

  Tensor question_input = Input({100}, {.dtype = "int32", .name = "question"});
  Tensor embedded_question = Embedding(10000, 256, {.input_length = 100})(question_input);
  Model question_encoder(question_input, LSTM(256)(embedded_question), {.name = "question_encoder"});

  Tensor video_question_input = Input({100}, {.dtype = "int32", .name = "video_question"});
  Tensor encoded_video_question = question_encoder(video_question_input);
  Tensor merged = concatenate({encoded_video, encoded_video_question});
  Tensor output = Dense(1000, {.activation = "softmax"})(merged);
  Model video_qa_model({video_input, video_question_input}, output, {.name = "video_qa_model"});
  EXPECT_EQ(video_qa_model.count_params(),
            kVisionParameters + kQuestionParameters + (160000 + 256 + 1) * 4 * 256 + 513 * 1000);
  expectCompiles(video_qa_model, "categorical_crossentropy");
}

} // namespace
