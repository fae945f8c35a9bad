//===- BodyPrinter.h - functions on memrefs as functions of C --*- C++ -*-===//
//
// Loops stay loops and memory becomes pointers. A value with one use in its block is
// part of the expression that uses it, as long as that can be read.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/emitc/CTypes.h"
#include "codegen/emitc/CWriter.h"
#include "frontend/UniqueNames.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <map>
#include <set>

namespace ingot::codegen {

/// Functions of Prelude.cpp that some function calls.
using Helpers = std::set<std::string>;

/// What lies at an offset of a caller's block, by the role of the argument.
using BlockNames = std::map<std::pair<std::string, uint64_t>, std::string>;

/// `static void f(const float *restrict in, ...)`, which entry points call, too.
struct CFunction {
  std::string name, result;
  std::vector<std::string> types, names;
  std::string signature() const;
};

class BodyPrinter {
public:
  BodyPrinter(CWriter &writer, Helpers &helpers, const BlockNames &blocks)
      : writer(writer), helpers(helpers), blocks(blocks) {}

  static CFunction describe(mlir::func::FuncOp function);

  /// Fails after a diagnostic if the function has what C cannot say.
  mlir::LogicalResult print(mlir::func::FuncOp function);

private:
  /// A memref: where it begins, and how far apart its elements are.
  struct Memory {
    std::string pointer;
    Expression offset;
    llvm::SmallVector<Expression> sizes, strides;
  };

  // Statements (BodyPrinter.cpp)
  void printBlock(mlir::Block &block);
  void printOp(mlir::Operation &op);
  void print(mlir::scf::ForOp loop);
  void print(mlir::scf::IfOp branch);
  void print(mlir::scf::WhileOp loop);
  void print(mlir::scf::IndexSwitchOp choice);
  void print(mlir::func::CallOp call);
  void print(mlir::func::ReturnOp end);
  void printComment(mlir::Location loc);
  /// Sets the variables `names` to what a terminator gives, all at once.
  void assign(llvm::ArrayRef<std::string> names, mlir::ValueRange values);
  std::vector<std::string> declareResults(mlir::Operation *op);

  // Values (BodyPrinter.cpp)
  std::string fresh(mlir::Type type);
  const Expression &expression(mlir::Value value);
  /// As a name or a constant, which may be written twice.
  const Expression &atom(mlir::Value value);
  void bind(mlir::Value value, Expression expression);
  void define(mlir::Value value, const Expression &expression);
  void fail(mlir::Operation &op);
  std::string helper(const std::string &name);

  // Scalars (ExpressionPrinter.cpp)
  std::optional<Expression> scalar(mlir::Operation &op);
  std::optional<Expression> integer(mlir::Operation &op);
  std::optional<Expression> conversion(mlir::Operation &op);
  std::optional<Expression> real(mlir::Operation &op);
  Expression binary(mlir::Operation &op, const char *sign, Binding binding);
  Expression bits(mlir::Operation &op, const char *sign, Binding binding);
  Expression compare(mlir::arith::CmpIOp op);
  Expression compare(mlir::arith::CmpFOp op);
  Expression unsignedIndex(mlir::Operation &op, const char *sign, Binding binding);
  Expression choose(mlir::Operation &op, const char *sign, bool isSigned);
  Expression call(const std::string &name, mlir::ValueRange arguments);
  std::string asSigned(mlir::Value value, Binding least);
  std::string asSize(mlir::Value value, Binding least);

  // Memory (MemoryPrinter.cpp)
  bool defineMemory(mlir::Operation &op);
  void defineArgument(mlir::Value argument, const std::string &name);
  void defineLocal(mlir::Operation &op);
  void defineView(mlir::Operation &op);
  std::string viewName(mlir::Operation &view);
  std::string access(mlir::Value memory, mlir::ValueRange indices);
  Expression folded(mlir::OpFoldResult value);

  CWriter &writer;
  Helpers &helpers;
  const BlockNames &blocks;
  UniqueNames names;
  std::map<std::string, unsigned> counts;
  Expressions expressions;
  llvm::DenseMap<mlir::Value, Memory> memories;
  unsigned depth = 0;
  std::string lastComment;
  bool failed = false;
};

/// Does anyone write to `memory`, through views of it and in functions that are called?
bool isWritten(mlir::Value memory);
/// Is no part of what the argument points to passed as another argument, too?
bool isPassedOnce(mlir::BlockArgument argument);
/// Does anyone read or write it?
bool isAccessed(mlir::Value memory);
/// Is the index known not to be negative?
bool isNonNegative(mlir::Value index);

/// a + b and a * b, folded where they are numbers.
Expression sum(const Expression &a, const Expression &b);
Expression product(const Expression &a, const Expression &b);

} // namespace ingot::codegen
