//===- AlignedBlock.h - memory as callers give it ---------------*- C++ -*-===//
#pragma once

#include "llvm/Support/MemAlloc.h"

#include <cstdint>
#include <cstring>

namespace ingot::codegen {

/// Zeros, aligned as the caller's blocks are; for objects that the compiler runs itself.
class AlignedBlock {
public:
  AlignedBlock(uint64_t bytes, uint64_t alignment)
      : bytes(bytes), alignment(alignment), memory(llvm::allocate_buffer(bytes, alignment)) {
    std::memset(memory, 0, bytes);
  }
  ~AlignedBlock() { llvm::deallocate_buffer(memory, bytes, alignment); }
  AlignedBlock(const AlignedBlock &) = delete;
  AlignedBlock &operator=(const AlignedBlock &) = delete;
  void *data() const { return memory; }

private:
  uint64_t bytes, alignment;
  void *memory;
};

} // namespace ingot::codegen
