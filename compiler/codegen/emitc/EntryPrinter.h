//===- EntryPrinter.h - entry points as functions of C ----------*- C++ -*-===//
//
// The rules of a call are written once, in EntryPoints.cpp, for the LLVM dialect.
// Its functions are small and structured, so they are read back: checks become
// `if (...) return STATUS;`, and what is loaded from a struct its member.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/EmitHeader.h"
#include "codegen/emitc/BodyPrinter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace ingot::codegen {

/// A module with the entry points that call `bodies`.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> buildEntryPoints(mlir::ModuleOp bodies);

class EntryPrinter {
public:
  EntryPrinter(CWriter &writer, const HeaderNames &header, const std::map<std::string, CFunction> &bodies)
      : writer(writer), header(header), bodies(bodies) {}

  mlir::LogicalResult print(mlir::LLVM::LLVMFuncOp function);
  mlir::LogicalResult print(mlir::LLVM::GlobalOp constant);

private:
  /// A pointer and a constant distance from it; or what a name says.
  struct Pointer {
    std::string base, type;
    uint64_t offset = 0;
    std::string index = {}; ///< of elements, if it is no constant
  };

  void printBlocks(mlir::Block *block, mlir::Block *stop);
  void printBranch(mlir::LLVM::CondBrOp branch, mlir::Block *stop);
  void printLoop(mlir::Block *block);
  void assign(mlir::Block *block, mlir::ValueRange values);
  void declareArguments(mlir::Block *block);
  void printOp(mlir::Operation &op);
  std::optional<Expression> compute(mlir::Operation &op);
  std::string access(mlir::Value pointer, mlir::Type type, bool isWrite);
  std::string pointerText(mlir::Value pointer);
  std::string call(mlir::LLVM::CallOp call);
  const Expression &expression(mlir::Value value);
  std::string fresh(const char *prefix) { return prefix + std::to_string(count++); }

  CWriter &writer;
  const HeaderNames &header;
  const std::map<std::string, CFunction> &bodies;
  mlir::LLVM::LLVMFuncOp function;
  Expressions expressions;
  llvm::DenseMap<mlir::Value, Pointer> pointers;
  unsigned count = 0;
  bool failed = false;
};

} // namespace ingot::codegen
