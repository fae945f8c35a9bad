//===- SelfTestLoops.h - what a self-test does with blocks ------*- C++ -*-===//
#pragma once

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace ingot::codegen {

/// Adds those to the function's attributes for LLVM that it has not yet.
void addAttributes(mlir::LLVM::LLVMFuncOp function, llvm::ArrayRef<llvm::StringRef> names);

/// Functions of the object, which exist from the first time on that they are asked for. Each
/// is a loop over the numbers below its argument `count`, at least one, and makes of its last
/// argument what it returns. What they do is what SelfTest.h says.
class SelfTestLoops {
public:
  /// `like` has the attributes that they have, too.
  explicit SelfTestLoops(mlir::LLVM::LLVMFuncOp like);

  /// f32 (ptr block, ptr rows, i32 count, f32 worst): the worst error from here on.
  mlir::LLVM::LLVMFuncOp compare();
  /// f32 (ptr floats, i32 count, f32 sum), as Expected does.
  mlir::LLVM::LLVMFuncOp sum();
  /// i32 (ptr words, i32 count, i32 hash)
  mlir::LLVM::LLVMFuncOp hash();
  /// i32 (ptr tensor, i32 exponent, f32 origin, i32 count, i32 state), as Invented does.
  mlir::LLVM::LLVMFuncOp makeNumbers();
  /// The same, but adds to what is there.
  mlir::LLVM::LLVMFuncOp nudge();
  /// i32 (ptr tensor, i32 scale, i32 shift, i32 count, i32 state), as Invented does.
  mlir::LLVM::LLVMFuncOp makeIntegers();

private:
  /// What one round makes of what was made, with the arguments before `count`.
  using Step = llvm::function_ref<mlir::Value(mlir::ValueRange arguments, mlir::Value number, mlir::Value made)>;
  /// An argument, and what people know it by.
  using NamedType = std::pair<llvm::StringRef, mlir::Type>;
  mlir::LLVM::LLVMFuncOp loop(llvm::StringRef name, llvm::ArrayRef<NamedType> arguments, NamedType made, Step step);
  /// Stores of number `i` what `element` makes of the generator's next state, which is returned.
  mlir::Value makeElement(mlir::Value tensor, mlir::Value i, mlir::Value state,
                          llvm::function_ref<mlir::Value(mlir::Value state, mlir::Value place)> element);
  mlir::LLVM::LLVMFuncOp makeFloats(llvm::StringRef name, bool adds);

  mlir::Value word(int32_t value);
  mlir::Value number(float value);
  /// Where element `at` of an array of `element` is.
  mlir::Value place(mlir::Type element, mlir::Value base, mlir::LLVM::GEPArg at);

  mlir::LLVM::LLVMFuncOp like;
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::Type i32, f32, pointer;
};

} // namespace ingot::codegen
