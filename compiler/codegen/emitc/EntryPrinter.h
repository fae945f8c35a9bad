//===- EntryPrinter.h - entry points as functions of C ----------*- C++ -*-===//
//
// The rules of a call are written once, in EntryPoints.cpp, for the LLVM dialect.
// Its functions are small and structured, so they are read back: checks become
// `if (...) { return STATUS; }`, and what is loaded from a struct its member.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/EmitHeader.h"
#include "codegen/emitc/BodyPrinter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace ingot::codegen {

/// A module with the entry points that call `bodies`, and those of them that are called.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> buildEntryPoints(mlir::ModuleOp bodies);

class EntryPrinter {
public:
  EntryPrinter(CWriter &writer, Helpers &helpers, const HeaderNames &header, const std::map<std::string, CFunction> &bodies)
      : writer(writer), helpers(helpers), header(header), bodies(bodies) {}

  mlir::LogicalResult print(mlir::LLVM::LLVMFuncOp function);

private:
  /// A pointer and its distance from one that has a name.
  struct Pointer {
    std::string base, type;
    uint64_t offset = 0;    ///< in bytes
    std::string index = {}; ///< if not all of it is constant: times
    uint64_t indexBytes = 1;
  };
  /// Type and name.
  using Parameters = llvm::SmallVector<std::pair<std::string, std::string>>;

  // Functions (EntryPrinter.cpp)
  Parameters parametersOf(mlir::LLVM::LLVMFuncOp function);
  void printOp(mlir::Operation &op);
  void printLoad(mlir::LLVM::LoadOp load);
  std::optional<Expression> compute(mlir::Operation &op);
  Expression compare(mlir::LLVM::ICmpOp op);
  std::optional<Expression> compare(mlir::LLVM::FCmpOp op);
  void define(mlir::Value value, const Expression &expression);
  const Expression &expression(mlir::Value value);
  std::string fresh(const char *prefix) { return prefix + std::to_string(count++); }

  // Control flow (EntryBlocks.cpp)
  void printBlocks(mlir::Block *block, mlir::Block *stop);
  void printBranch(mlir::LLVM::CondBrOp branch, mlir::Block *stop);
  mlir::Block *printLoop(mlir::Block *header, mlir::Block *latch);
  void assign(mlir::Block *block, mlir::ValueRange values);
  void declareArguments(mlir::Block *block);
  void jumpTo(mlir::Block *block, mlir::ValueRange values);
  std::string returned(mlir::LLVM::ReturnOp end);
  std::string unless(mlir::Value condition);

  // Memory and calls (EntryMemory.cpp)
  std::string access(mlir::Value pointer, mlir::Type type, bool isWrite);
  std::string pointerText(mlir::Value pointer);
  std::string pointerAs(mlir::Value pointer, llvm::StringRef type);
  std::string call(mlir::LLVM::CallOp call);
  std::string asSigned(mlir::Value value, const std::string &type);
  void step(mlir::LLVM::GEPOp place);
  void choosePointer(mlir::LLVM::SelectOp choice);
  void declareStruct(mlir::LLVM::AllocaOp block);
  bool isMember(mlir::LLVM::StoreOp store);
  unsigned indexBits();

  CWriter &writer;
  Helpers &helpers;
  const HeaderNames &header;
  const std::map<std::string, CFunction> &bodies;
  mlir::LLVM::LLVMFuncOp function;
  Expressions expressions;
  llvm::DenseMap<mlir::Value, Pointer> pointers;
  /// Structs of pointers, by the member of HeaderNames that lists what is in them.
  llvm::DenseMap<mlir::Value, std::string> structs;
  unsigned count = 0;
  bool failed = false;
};

} // namespace ingot::codegen
