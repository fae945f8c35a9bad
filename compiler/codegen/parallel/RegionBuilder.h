//===- RegionBuilder.h - a region of parallel work --------------*- C++ -*-===//
#pragma once

#include "codegen/parallel/Division.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace ingot::codegen {

/// The attribute of an `scf.parallel` over chunks.
inline constexpr llvm::StringLiteral regionAttribute = "ingot.region";

/// The attribute of a declaration that is to do all chunks: the function of one.
inline constexpr llvm::StringLiteral forkAttribute = "ingot.fork";

/// An op of a region, and how it divides there.
struct Member {
  mlir::Operation *op;
  Division division;
  int64_t work;
};

/// What regions of one function have in common.
struct RegionContext {
  mlir::Value batch;
  /// Of this call, an index.
  mlir::Value threads;
  int64_t maxBatch;
  int64_t mostThreads;
  int64_t leastWorkOfChunk;

  /// In how many equal parts an extent is divided; 1 if it is not.
  int64_t partsOf(int64_t extent) const;
};

/// Does `members`, in their order, in one region at `builder`, and erases them with the
/// allocations that become its own.
mlir::scf::ParallelOp buildRegion(mlir::OpBuilder &builder, llvm::ArrayRef<Member> members, const RegionContext &context);

} // namespace ingot::codegen
