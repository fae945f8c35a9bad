//===- FrozenRuntimeTest.cpp - the hosted runtime on such objects ---------===//
//
// A Model begins with the object's weights, and they are weights like others.
//
//===----------------------------------------------------------------------===//
#include "Weights.h"
#include "plain.h"
#include "shipped.h"
#include "tuned.h"

#include <gtest/gtest.h>
#include <ingot/runtime.h>

using namespace ingot::test;
namespace rt = ingot::rt;

namespace {

constexpr int samples = 20;

/// Some data for each of the tensors in a table.
rt::Arrays dataFor(const ingot_model_desc *desc, uint32_t offset, uint32_t count) {
  std::vector<rt::Array> arrays;
  for (const ingot_tensor_desc &tensor : table(desc, offset, count)) {
    rt::Shape shape(tensor.dims, tensor.dims + tensor.rank);
    shape[0] = samples;
    const auto size = static_cast<size_t>(elements(tensor, samples));
    if (tensor.dtype == INGOT_I32)
      arrays.push_back({std::vector<int32_t>(size, 1), shape});
    else
      arrays.push_back({std::vector<float>(size, 0.25f), shape});
  }
  return arrays;
}

rt::Arrays inputs() { return dataFor(plain_model(), plain_model()->inputs, plain_model()->input_count); }
rt::Arrays targets() { return dataFor(plain_model(), plain_model()->targets, plain_model()->target_count); }

/// Outputs as bytes.
std::vector<float> predicted(rt::Model &model) {
  std::vector<float> all;
  for (const auto &[name, array] : model.predict(inputs())) {
    const std::span<const float> values = array.f32();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

std::vector<float> weightsOf(const rt::Model &model) {
  std::vector<float> all;
  for (const auto &[name, array] : model.get_weights()) {
    const std::span<const float> values = array.f32();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

TEST(FrozenRuntime, BeginsWithTheWeightsOfTheObject) {
  rt::Model plain(plain_model()), tuned(tuned_model(), {.seed = 9}), shipped(shipped_model());
  EXPECT_NE(weightsOf(tuned), weightsOf(plain));
  plain.set_weights(rt::read_safetensors(WEIGHTS_FILE));
  for (rt::Model *model : {&tuned, &shipped}) {
    EXPECT_EQ(weightsOf(*model), weightsOf(plain));
    EXPECT_EQ(predicted(*model), predicted(plain));
  }
}

TEST(FrozenRuntime, TheyCanBeReplaced) {
  rt::Model plain(plain_model()), shipped(shipped_model());
  shipped.set_weights(plain.get_weights());
  EXPECT_EQ(predicted(shipped), predicted(plain));
  // Another Model of the object is not concerned.
  rt::Model second(shipped_model());
  EXPECT_NE(predicted(second), predicted(plain));
}

TEST(FrozenRuntime, TrainsFromThem) {
  rt::Model plain(plain_model()), tuned(tuned_model());
  plain.set_weights(rt::read_safetensors(WEIGHTS_FILE));
  for (rt::Model *model : {&plain, &tuned})
    model->fit(inputs(), targets(), {.batch_size = 8, .epochs = 2, .verbose = 0, .shuffle = false});
  EXPECT_EQ(weightsOf(tuned), weightsOf(plain));
}

TEST(FrozenRuntime, EvaluatesWithThem) {
  rt::Model tuned(tuned_model()), shipped(shipped_model());
  const rt::Metrics one = tuned.evaluate(inputs(), targets(), {.verbose = 0});
  const rt::Metrics other = shipped.evaluate(inputs(), targets(), {.verbose = 0});
  EXPECT_EQ(one["loss"], other["loss"]);
}

} // namespace
