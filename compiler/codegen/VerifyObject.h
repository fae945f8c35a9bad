//===- VerifyObject.h - what an object may need -----------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace llvm {
class MCSubtargetInfo;
} // namespace llvm

namespace ingot::codegen {

/// Symbols that an object for `subtarget` may leave to the linker: arithmetic that its
/// processor has no instructions for, by the names of the compiler's own library
/// (libgcc, compiler-rt), and the memory of a WebAssembly module. Nothing of a libc.
llvm::SmallVector<llvm::StringRef> allowedSymbols(const llvm::MCSubtargetInfo &subtarget);

/// Refuses an object that needs another symbol or writes to a section of its own.
llvm::Error verifyObject(llvm::StringRef bytes, const llvm::MCSubtargetInfo &subtarget);

} // namespace ingot::codegen
