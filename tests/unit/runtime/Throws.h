//===- Throws.h - expects an Error with a text -----------------*- C++ -*-===//
#pragma once

#include <ingot/error.h>

#include <gtest/gtest.h>

/// Expects that `statement` throws ingot::rt::Error whose text is `text`.
#define EXPECT_REFUSED(statement, text)                                        \
  do {                                                                         \
    try {                                                                      \
      (void)(statement);                                                       \
      ADD_FAILURE() << "nothing was thrown";                                   \
    } catch (const ingot::rt::Error &error) {                                  \
      EXPECT_STREQ(error.what(), text);                                        \
    }                                                                          \
  } while (false)
