//===- EmitHeader.h - the C header of an object -----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

#include <map>

namespace ingot::codegen {

/// Sixteen hexadecimal digits over everything that the header promises.
std::string abiHash(const ModelInfo &info);

/// `NAME.h`: sizes, structs and prototypes, for C99 and C++.
std::string emitHeader(const ModelInfo &info);

/// What the header calls things, for who defines them.
struct HeaderNames {
  /// `int32_t net_prepare(const float *params, void *prepared)` by the function's name.
  std::map<std::string, std::string> functions;
  /// Members in order of the structs that are called `in`, `out`, `targets` and `metrics`.
  std::map<std::string, std::vector<std::string>> members;
};
HeaderNames headerNames(const ModelInfo &info);

/// `name` as a C identifier: other characters become `_`, a keyword gets one.
std::string cIdentifier(llvm::StringRef name);

} // namespace ingot::codegen
