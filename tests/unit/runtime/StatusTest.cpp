//===- StatusTest.cpp - the freestanding core -----------------------------===//
#include <ingot/core.h>

#include <gtest/gtest.h>

#include <set>
#include <string>

TEST(Status, EveryCodeHasItsOwnText) {
  std::set<std::string> texts;
  for (int32_t status = INGOT_OK; status <= INGOT_SELFTEST_FAILED; ++status)
    texts.insert(ingot_status_string(status));
  EXPECT_EQ(texts.size(), INGOT_SELFTEST_FAILED + 1u);
  EXPECT_FALSE(texts.contains("unknown status"));
}

TEST(Status, UnknownCodesHaveText) {
  EXPECT_STREQ(ingot_status_string(-1), "unknown status");
  EXPECT_STREQ(ingot_status_string(1000), "unknown status");
}

TEST(Mean, DividesTheCompensatedSum) {
  const ingot_mean mean = {10, 2, 4};
  EXPECT_EQ(ingot_mean_value(&mean), 2);
}

TEST(Mean, IsZeroWithoutValues) {
  const ingot_mean mean = {};
  EXPECT_EQ(ingot_mean_value(&mean), 0);
}
