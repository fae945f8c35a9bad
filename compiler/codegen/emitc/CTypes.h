//===- CTypes.h - types, numbers and expressions of C ----------*- C++ -*-===//
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <string>

namespace ingot::codegen {

/// How tightly the outermost operator of an expression binds; C's own table.
enum class Binding { Ternary, Or, And, BitOr, BitXor, BitAnd, Equality, Relation, Shift, Sum, Product, Unary, Primary };

struct Expression {
  std::string text;
  Binding binding = Binding::Primary;
  /// `left + right` where left is a variable: what `left += right` needs.
  std::string left = {}, right = {};

  /// The text as an operand of what binds like `binding`, at least so tight.
  std::string in(Binding least) const { return binding < least ? "(" + text + ")" : text; }
  /// As an operand of a shift or of bits: people, and compilers' warnings, do not trust
  /// the table there.
  std::string alone() const { return in(Binding::Unary); }
  bool isName() const;
};

using Expressions = llvm::DenseMap<mlir::Value, Expression>;

/// That of `value`; if there is none, a zero, and `failed` is set.
const Expression &lookUp(const Expressions &expressions, mlir::Value value, bool &failed);

/// Scalars. Integers are unsigned, since ours wrap; an index is signed, since it does not.
std::string cType(mlir::Type scalar);
/// The signed type of an integer's width.
std::string signedType(mlir::Type integer);
/// What memory of such elements holds; blocks hold several types in turns, which the
/// prelude tells compilers of.
std::string memoryType(mlir::Type element);

/// A constant of a scalar type. Infinities and NaNs are bits of `helper`.
Expression cConstant(mlir::Attribute value);

/// `text` has the word `name`.
bool mentions(llvm::StringRef text, llvm::StringRef name);

} // namespace ingot::codegen
