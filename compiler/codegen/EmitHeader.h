//===- EmitHeader.h - the C header of an object -----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

namespace ingot::codegen {

/// Sixteen hexadecimal digits over everything that the header promises.
std::string abiHash(const ModelInfo &info);

/// `NAME.h`: sizes, structs and prototypes, for C99 and C++.
std::string emitHeader(const ModelInfo &info);

/// `name` as a C identifier: other characters become `_`, a keyword gets one.
std::string cIdentifier(llvm::StringRef name);

} // namespace ingot::codegen
