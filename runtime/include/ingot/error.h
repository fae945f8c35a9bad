//===- error.h - what the hosted runtime throws ----------------*- C++ -*-===//
//
// One exception type for every refusal of ingot::rt.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <stdexcept>

namespace ingot::rt {

/// Thrown by everything in ingot::rt that refuses a call. `what()` is one
/// sentence: what was seen, with both numbers, then what must hold. After it
/// the object that threw is as it was before the call, except that `fit` keeps
/// the steps that it has done.
class Error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace ingot::rt
