//===- EntryPointBuilder.h - one C function in the LLVM dialect -*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "llvm/ADT/StringMap.h"

namespace ingot::codegen {

/// Says what the arguments of `function` are called, to people.
void nameArguments(mlir::LLVM::LLVMFuncOp function, llvm::ArrayRef<llvm::StringRef> names);

/// Builds one function: checks that return a status early, then calls.
/// Arguments are pointers but for `batch` and `stream` (i32), `seed` (i64) and
/// `rate` (f32).
class EntryPointBuilder {
public:
  EntryPointBuilder(mlir::ModuleOp module, mlir::OpBuilder builder, const std::string &name,
                    llvm::ArrayRef<llvm::StringRef> arguments, bool returnsStatus);

  mlir::Value argument(llvm::StringRef name) { return arguments.lookup(name); }

  /// From here on a NULL `name` is the constant called `symbol`, or only where another
  /// argument is NULL, too.
  void replaceNull(llvm::StringRef name, llvm::StringRef symbol, llvm::StringRef ifAlso = "");

  void checkNotNull(mlir::Value pointer);
  /// NULL passes: it is 0.
  void checkAligned(llvm::ArrayRef<mlir::Value> pointers, uint64_t alignment);
  void checkHost(mlir::Value host, int64_t mostThreads);
  /// Refuses with `status` a block that does not begin with `hash`.
  void checkHash(mlir::Value block, uint64_t hash, int32_t status);
  void checkBatch(mlir::Value batch, int64_t maxBatch);

  /// Calls `body` with what its arguments' `ingot.role` asks for, after checking
  /// the user's tensors.
  void callBody(mlir::LLVM::LLVMFuncOp body);

  /// The same, but calls `prepared` where the argument of that name is not NULL.
  void callBody(mlir::LLVM::LLVMFuncOp body, mlir::LLVM::LLVMFuncOp prepared);

  /// The same, but where the argument `name` is NULL, it is the constant `symbol` that the
  /// call itself names.
  void callBodyOr(mlir::LLVM::LLVMFuncOp body, llvm::StringRef name, llvm::StringRef symbol);

  /// Emits `then` for a pointer that is not NULL.
  void unlessNull(mlir::Value pointer, llvm::function_ref<void()> then);

  mlir::Value load(mlir::Value base, uint64_t offset, mlir::Type type);
  void store(mlir::Value base, uint64_t offset, mlir::Value value);
  /// Copies `bytes` bytes, a multiple of 8, from the constant called `symbol`.
  void copyConstant(mlir::Value into, llvm::StringRef symbol, uint64_t bytes);
  /// Copies `count` floats from the constant, by a function that is called with it.
  void copyFloats(mlir::Value into, llvm::StringRef symbol, uint64_t count);
  void storeInteger(mlir::Value base, uint64_t offset, unsigned bits, uint64_t value);
  /// Adds the running mean at `from` to that at `into`.
  void mergeMean(mlir::Value into, mlir::Value from, uint64_t base);

  /// Calls another entry point; a status of it that is not INGOT_OK is returned.
  void callEntry(const std::string &name, mlir::ValueRange operands);

  /// Returns `status` if `bad`.
  void refuseIf(mlir::Value bad, int32_t status);
  mlir::Value at(mlir::Value base, uint64_t offset);
  /// Where the next op comes.
  mlir::OpBuilder &ops() { return builder; }

  /// Returns INGOT_OK, or nothing.
  void finish();

private:
  mlir::Value integer(unsigned bits, uint64_t value);
  mlir::Value index(uint64_t value) { return integer(indexBits, value); }
  /// A number of 32 bits that is not negative.
  mlir::Value asIndex(mlir::Value word);
  /// Returns `status` if `bad`.
  void returnIf(mlir::Value bad, mlir::Value status);
  mlir::Value compare(mlir::LLVM::ICmpPredicate predicate, mlir::Value a, mlir::Value b);
  mlir::Value isNull(mlir::Value pointer);
  /// Refuses with `status` labels of an argument of `body` that are out of range.
  void checkLabels(mlir::Value labels, mlir::LLVM::LLVMFuncOp body, unsigned argument, int32_t status);
  mlir::LLVM::LLVMFuncOp labelCheck();
  /// What `body` is to be called with, after checking the user's tensors if `isFirst`.
  llvm::SmallVector<mlir::Value> operandsOf(mlir::LLVM::LLVMFuncOp body, bool isFirst);
  mlir::Value unitWeight();
  mlir::Value threadsOf(mlir::Value host);

  mlir::ModuleOp module;
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::LLVM::LLVMFuncOp function;
  mlir::Type pointer;
  unsigned indexBits; ///< of an index, and of a pointer
  llvm::StringMap<mlir::Value> arguments;
};

} // namespace ingot::codegen
