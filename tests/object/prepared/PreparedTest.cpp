//===- PreparedTest.cpp - predict with and without prepare ----------------===//
//
// Both give the same bits, for any batch, and refuse the same calls.
//
//===----------------------------------------------------------------------===//
#include "AnyModel.h"

#include "ready.h"

#include <algorithm>
#include <cstring>

using namespace ingot::test;

namespace {

class Prepared : public testing::Test {
protected:
  Prepared() { EXPECT_EQ(ready_init(params.as<float>(), nullptr, 3), INGOT_OK); }

  void prepare() { ASSERT_EQ(ready_prepare(params.as<float>(), prepared.as()), INGOT_OK); }

  Outcome predict(const void *block, int batch) { return ingot::test::predict(desc, params.as<float>(), batch, block); }

  const ingot_model_desc *desc = ready_model();
  GuardedBlock params{READY_PARAMS_BYTES, READY_ALIGN, Side::Back, 0};
  GuardedBlock prepared{READY_PREPARED_BYTES, READY_ALIGN, Side::Back, 0xA5};
};

TEST_F(Prepared, GivesTheBitsOfUnprepared) {
  prepare();
  for (int batch : {1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 40}) {
    SCOPED_TRACE(batch);
    const Outcome plain = predict(nullptr, batch);
    EXPECT_EQ(plain.status, INGOT_OK);
    EXPECT_EQ(predict(prepared.as(), batch), plain);
  }
}

TEST_F(Prepared, IsOfTheWeightsOfTheCall) {
  prepare();
  const Outcome before = predict(nullptr, 4);
  for (size_t i = 0; i < params.size() / sizeof(float); ++i)
    params.as<float>()[i] *= 1.25f;
  EXPECT_EQ(predict(prepared.as(), 4).bytes == before.bytes, false) << "biases are read where they are";
  prepare();
  EXPECT_EQ(predict(prepared.as(), 4), predict(nullptr, 4));
}

TEST_F(Prepared, TakesNothingFromTheBlockAsItWas) {
  prepare();
  GuardedBlock other(READY_PREPARED_BYTES, READY_ALIGN, Side::Front, 0xFF);
  ASSERT_EQ(ready_prepare(params.as<float>(), other.as()), INGOT_OK);
  EXPECT_EQ(predict(prepared.as(), 9), predict(other.as(), 9));
}

TEST_F(Prepared, HasTheTablesThatGetSmaller) {
  // 50 rows of 20 gates, 30 rows of two, and at most all weights once more.
  const size_t tables = sizeof(float) * (50 * 20 + 30 * 2);
  EXPECT_GE(size_t(READY_PREPARED_BYTES), tables);
  EXPECT_LT(size_t(READY_PREPARED_BYTES), size_t(READY_PARAMS_BYTES) + tables);
  EXPECT_EQ(desc->prepared_bytes, size_t(READY_PREPARED_BYTES));
  EXPECT_GE(ingot_prepare_pays_from(desc), 1u);
}

TEST_F(Prepared, RefusesIndicesOutOfRange) {
  prepare();
  Tensors in(desc, desc->inputs, desc->input_count, 4), out(desc, desc->outputs, desc->output_count, 4);
  GuardedBlock arena(READY_PREDICT_ARENA_BYTES, READY_ALIGN, Side::Back, 0xA5);
  // `first` also goes into the table of 30 rows, `second` into one of 20.
  for (auto [input, wrong] : {std::pair(0, 30), std::pair(0, -1), std::pair(1, 20)}) {
    int32_t &index = static_cast<int32_t *>(in.pointers[input])[19];
    const int32_t right = index;
    index = wrong;
    const Bytes before = out.bytes(), arenaBefore(arena.as<unsigned char>(), arena.as<unsigned char>() + arena.size());
    for (const void *block : {static_cast<const void *>(prepared.as()), static_cast<const void *>(nullptr)})
      EXPECT_EQ(entryOf<ingot_predict_fn>(desc, INGOT_ENTRY_PREDICT)(params.as<float>(), block, in.pointers.data(),
                                                                     out.pointers.data(), 4, arena.as(), nullptr),
                INGOT_INDEX_OUT_OF_RANGE);
    EXPECT_EQ(out.bytes(), before);
    EXPECT_TRUE(std::equal(arenaBefore.begin(), arenaBefore.end(), arena.as<unsigned char>()));
    index = right;
  }
}

TEST_F(Prepared, RefusesABlockThatPrepareDidNotMake) {
  EXPECT_EQ(predict(prepared.as(), 2).status, INGOT_FOREIGN_PREPARED);
  std::memset(prepared.as(), 0, prepared.size());
  EXPECT_EQ(predict(prepared.as(), 2).status, INGOT_FOREIGN_PREPARED);
  prepare();
  EXPECT_EQ(predict(prepared.as(), 2).status, INGOT_OK);
}

TEST_F(Prepared, ChecksItsBlocks) {
  const Bytes before(prepared.as<unsigned char>(), prepared.as<unsigned char>() + prepared.size());
  auto behind = [](void *block, size_t bytes) { return static_cast<char *>(block) + bytes; };
  auto *weights = params.as<float>();
  EXPECT_EQ(ready_prepare(nullptr, prepared.as()), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(ready_prepare(weights, nullptr), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(ready_prepare(weights + 1, prepared.as()), INGOT_MISALIGNED);
  EXPECT_EQ(ready_prepare(weights, behind(prepared.as(), 32)), INGOT_MISALIGNED);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), prepared.as<unsigned char>()));
  prepare();
  EXPECT_EQ(predict(behind(prepared.as(), 32), 2).status, INGOT_MISALIGNED);
}

} // namespace
