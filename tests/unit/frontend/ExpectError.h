//===- ExpectError.h - checks a refusal and its place ----------*- C++ -*-===//
#pragma once

#include <ingot/ingot.h>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace ingot {

/// Names begin anew in each test.
class FrontendTest : public testing::Test {
protected:
  void SetUp() override { clear_session(); }
};

template <class F> std::optional<Error> errorOf(F statement) {
  try {
    statement();
  } catch (const Error &error) {
    return error;
  }
  return std::nullopt;
}

} // namespace ingot

/// The statement throws Error with exactly this message, at this very line.
#define EXPECT_ERROR(statement, text)                                          \
  do {                                                                         \
    auto error = ::ingot::errorOf([&] { (void)(statement); });                 \
    ASSERT_TRUE(error) << "nothing was thrown";                                \
    EXPECT_EQ(error->message(), text);                                         \
    EXPECT_EQ(error->location().line, unsigned{__LINE__});                     \
    EXPECT_EQ(error->location().file, __FILE__);                               \
  } while (false)
