//===- ClassWeightTest.cpp - weights by label -----------------------------===//
//
// The descriptor of FakeModel's one target is changed into each kind of label.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;
using testing::IsEmpty;

/// FakeModel with a target of these properties.
static ingot_model_desc *withTarget(ingot_dtype dtype, std::uint32_t rank,
                                    std::int64_t columns,
                                    std::uint32_t classes) {
  ingot_model_desc *desc = fake::build();
  auto *target =
      const_cast<ingot_tensor_desc *>(ingot_tensors(desc, desc->targets));
  target->dtype = dtype;
  target->rank = rank;
  target->dims[1] = columns;
  target->dims[2] = 2;
  target->classes = classes;
  return desc;
}

static std::vector<float> weightsOf(ingot_model_desc *desc, const Arrays &y,
                                    const FitOptions &options) {
  Model model(desc);
  FitOptions all = options;
  all.batch_size = 4;
  all.verbose = 0;
  all.shuffle = false;
  model.fit(numbered(4), y, all);
  return fake::calls("train_step")[0].weights;
}

TEST(ClassWeight, GoesByLabelsOfEveryKind) {
  const FitOptions options = {.class_weight = {{0, 2.f}, {2, 0.5f}}};
  EXPECT_THAT(weightsOf(withTarget(INGOT_I32, 1, 0, 3),
                        std::vector<std::int32_t>{2, 0, 1, 2}, options),
              ElementsAre(0.5, 2, 1, 0.5));
  EXPECT_THAT(weightsOf(withTarget(INGOT_F32, 2, 1, 0),
                        std::vector<float>{0, 1, 1, 2}, options),
              ElementsAre(2, 1, 1, 0.5));
  const std::vector<float> oneHot = {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_THAT(
      weightsOf(withTarget(INGOT_F32, 2, 3, 0), Array(oneHot, {4, 3}), options),
      ElementsAre(0.5, 2, 1, 0.5));
}

TEST(ClassWeight, IsNotForValidation) {
  Model model(fake::build());
  model.fit(numbered(4), constant(4, 1),
            {.batch_size = 4,
             .verbose = 0,
             .validation_split = 0.5,
             .class_weight = {{1, 3.f}}});
  EXPECT_THAT(fake::calls("train_step")[0].weights, ElementsAre(3, 3));
  EXPECT_THAT(fake::calls("evaluate")[0].weights, IsEmpty());
}

TEST(ClassWeight, RefusesWhatHasNoLabels) {
  const FitOptions options = {.class_weight = {{1, 2.f}}};
  {
    Model model(fake::build({.several = true}));
    const std::vector<std::int32_t> ids(4);
    EXPECT_REFUSED(model.fit({numbered(4), ids}, {constant(4, 0), ids},
                             {.batch_size = 4, .class_weight = {{1, 2.f}}}),
                   "`class_weight` was given and `line` has 2 targets; must be "
                   "one; `sample_weight` takes several");
  }
  EXPECT_REFUSED(
      weightsOf(fake::build(), std::vector<float>{0, 1, .25f, 0}, options),
      "`class_weight` was given and row 2 of target `value` has "
      "0.25; must be a label");
  EXPECT_REFUSED(
      weightsOf(withTarget(INGOT_F32, 3, 2, 0),
                Array(std::vector<float>(16), {4, 2, 2}), options),
      "`class_weight` was given and target `value` has shape [batch, "
      "2, 2]; must be one label a sample");
}

TEST(ClassWeight, RefusesClassesThatAreNotThereAndWeightsOfTwoKinds) {
  const std::vector<std::int32_t> labels(4);
  EXPECT_REFUSED(weightsOf(withTarget(INGOT_I32, 1, 0, 3), labels,
                           {.class_weight = {{3, 1.f}}}),
                 "`class_weight` has class 3; target `value` has classes [0, "
                 "3)");
  EXPECT_REFUSED(weightsOf(fake::build(), constant(4, 0),
                           {.class_weight = {{0, INFINITY}}}),
                 "`class_weight` of class 0 is inf; must be finite");
  EXPECT_REFUSED(
      weightsOf(fake::build(), constant(4, 0),
                {.class_weight = {{0, 1.f}}, .sample_weight = constant(4, 1)}),
      "both `class_weight` and `sample_weight` were given; multiply "
      "them into one `sample_weight`");
}
