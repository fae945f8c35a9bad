//===- Liveness.h - lifetimes of a function's buffers -----------*- C++ -*-===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace ingot::memory {

/// The buffers of a function that share one piece of memory: usually a single
/// `memref.alloc`; several where an op works in place.
struct LiveBuffer {
  llvm::SmallVector<mlir::memref::AllocOp> allocs;
  uint64_t size = 0;
  size_t first = 0, last = 0;
  bool isPacking = false;
  /// The parallel region in which each chunk has one of its own; null outside.
  mlir::Operation *region = nullptr;
};

/// Lifetimes of every alloc of `function`, in ops as they stand in the text, where up
/// to `threads` chunks of a parallel region are done at a time. One
/// that a loop does not make but uses lives for the whole loop; one that it makes
/// does not outlive an iteration. Fails, with a diagnostic, on a buffer that is
/// passed on, as by a loop to its next iteration.
mlir::FailureOr<std::vector<LiveBuffer>> collectBuffers(mlir::func::FuncOp function, int64_t maxBatch,
                                                           int64_t threads);

/// Lets elementwise ops work in place: where the result's buffer is born at the
/// op that reads an operand's buffer for the last time, the two become one.
void shareInPlace(mlir::func::FuncOp function, std::vector<LiveBuffer> &buffers);

/// Chunks of a region are anywhere in it at a time: what one of them, or the region,
/// uses lives for all of it.
void widenToRegions(mlir::func::FuncOp function, std::vector<LiveBuffer> &buffers);

} // namespace ingot::memory
