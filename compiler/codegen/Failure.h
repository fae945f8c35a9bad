//===- Failure.h - an error from its parts ----------------------*- C++ -*-===//
#pragma once

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace ingot {

/// An error that says `parts`, printed one behind the other.
template <typename... Parts> llvm::Error failure(const Parts &...parts) {
  std::string message;
  llvm::raw_string_ostream out(message);
  (out << ... << parts);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

} // namespace ingot
