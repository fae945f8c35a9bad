//===- SizeTest.cpp - small code computes the same bits -------------------===//
//
// In portable numerics the shape of the code does not show in any result.
//
//===----------------------------------------------------------------------===//
#include "AnyModel.h"
#include "for_size.h"
#include "for_speed.h"

#include <gtest/gtest.h>

using namespace ingot::test;

static_assert(FOR_SIZE_ARCH_HASH == FOR_SPEED_ARCH_HASH && FOR_SIZE_TRAIN_HASH == FOR_SPEED_TRAIN_HASH);

namespace {

/// Outputs, metrics and weights of a model that has trained a little.
std::vector<Bytes> results(const ingot_model_desc *desc, int batch) {
  GuardedBlock params(desc->params_bytes, desc->align, Side::Back, 0), state(desc->state_bytes, desc->align, Side::Back, 0);
  EXPECT_EQ(entryOf<ingot_init_fn>(desc, INGOT_ENTRY_INIT)(params.as<float>(), state.as(), 11), INGOT_OK);
  std::vector<Bytes> all = {trained(desc, params, state, 5)};
  all.push_back(predict(desc, params.as<float>(), batch).bytes);
  all.push_back(evaluate(desc, params.as<float>(), batch).bytes);
  return all;
}

TEST(Size, TheBitsAreThoseOfSpeed) {
  for (const int batch : {1, 3, 4, 5, 8, 37, FOR_SIZE_MAX_BATCH}) {
    SCOPED_TRACE(batch);
    EXPECT_EQ(results(for_size_model(), batch), results(for_speed_model(), batch));
  }
}

} // namespace
