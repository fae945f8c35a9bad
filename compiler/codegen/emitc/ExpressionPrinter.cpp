//===- ExpressionPrinter.cpp - arithmetic on scalars ----------------------===//
//
// Integers are unsigned in C, so that they wrap, and are cast where an op is signed.
//
//===----------------------------------------------------------------------===//

#include "codegen/emitc/BodyPrinter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot::codegen;

static std::string castTo(const std::string &type, const Expression &value) {
  return "(" + type + ")" + value.in(Binding::Unary);
}

std::string BodyPrinter::asSigned(Value value, Binding least) {
  const Expression &known = expression(value);
  return value.getType().isIndex() ? known.in(least) : castTo(signedType(value.getType()), known);
}

std::string BodyPrinter::asSize(Value value, Binding least) {
  const Expression &known = expression(value);
  return value.getType().isIndex() ? castTo("size_t", known) : known.in(least);
}

Expression BodyPrinter::binary(Operation &op, const char *sign, Binding binding) {
  const Expression left = expression(op.getOperand(0)), right = expression(op.getOperand(1));
  // Operators of one rank are done from left to right.
  const std::string rightText = right.in(static_cast<Binding>(static_cast<int>(binding) + 1));
  Expression result = {left.in(binding) + " " + sign + " " + rightText, binding};
  if (sign == StringRef("+") && left.isName()) {
    result.left = left.text;
    result.right = rightText;
  }
  return result;
}

Expression BodyPrinter::bits(Operation &op, const char *sign, Binding binding) {
  return {expression(op.getOperand(0)).alone() + " " + sign + " " + expression(op.getOperand(1)).alone(), binding};
}

/// On an index, which is signed, only where it may be negative is the detour needed.
Expression BodyPrinter::unsignedIndex(Operation &op, const char *sign, Binding binding) {
  if (!op.getResult(0).getType().isIndex() || llvm::all_of(op.getOperands(), isNonNegative))
    return binary(op, sign, binding);
  return {"(ptrdiff_t)(" + asSize(op.getOperand(0), binding) + " " + sign + " " + asSize(op.getOperand(1), binding) + ")",
          Binding::Unary};
}

/// The one of two that is less, or greater.
Expression BodyPrinter::choose(Operation &op, const char *sign, bool isSigned) {
  Value a = op.getOperand(0), b = op.getOperand(1);
  (void)atom(a), (void)atom(b);
  const bool plain = a.getType().isIndex() && llvm::all_of(op.getOperands(), isNonNegative);
  auto side = [&](Value value) {
    if (isa<FloatType>(value.getType()) || plain)
      return expression(value).text;
    return isSigned ? asSigned(value, Binding::Shift) : asSize(value, Binding::Shift);
  };
  return {side(a) + " " + sign + " " + side(b) + " ? " + expression(a).text + " : " + expression(b).text, Binding::Ternary};
}

Expression BodyPrinter::call(const std::string &name, ValueRange arguments) {
  std::string text = name + "(";
  for (auto [i, argument] : llvm::enumerate(arguments))
    text += (i ? ", " : "") +
            (isa<MemRefType>(argument.getType()) ? memories[argument].pointer : expression(argument).text);
  return {text + ")"};
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

Expression BodyPrinter::compare(arith::CmpIOp op) {
  using Predicate = arith::CmpIPredicate;
  Value a = op.getLhs(), b = op.getRhs();
  const Predicate predicate = op.getPredicate();
  const bool isEquality = predicate == Predicate::eq || predicate == Predicate::ne;
  const bool isUnsigned = predicate >= Predicate::ult;
  const bool plain = a.getType().isIndex() && isNonNegative(a) && isNonNegative(b);
  const char *sign = "";
  switch (predicate) {
  case Predicate::eq: sign = "=="; break;
  case Predicate::ne: sign = "!="; break;
  case Predicate::slt: case Predicate::ult: sign = "<"; break;
  case Predicate::sle: case Predicate::ule: sign = "<="; break;
  case Predicate::sgt: case Predicate::ugt: sign = ">"; break;
  case Predicate::sge: case Predicate::uge: sign = ">="; break;
  }
  auto side = [&](Value value) {
    if (isEquality || plain)
      return expression(value).in(Binding::Shift);
    return isUnsigned ? asSize(value, Binding::Shift) : asSigned(value, Binding::Shift);
  };
  return {side(a) + " " + sign + " " + side(b), isEquality ? Binding::Equality : Binding::Relation};
}

Expression BodyPrinter::compare(arith::CmpFOp op) {
  using Predicate = arith::CmpFPredicate;
  Value a = op.getLhs(), b = op.getRhs();
  auto simple = [&](const char *sign, Binding binding) {
    return Expression{expression(a).in(Binding::Shift) + " " + sign + " " + expression(b).in(Binding::Shift), binding};
  };
  // True where the opposite is false, so for NaN, too.
  auto unless = [&](const char *sign) {
    return Expression{"!(" + simple(sign, Binding::Relation).text + ")", Binding::Unary};
  };
  auto twice = [&](const std::string &text, Binding binding) { return Expression{text, binding}; };
  switch (op.getPredicate()) {
  case Predicate::OEQ: return simple("==", Binding::Equality);
  case Predicate::UNE: return simple("!=", Binding::Equality);
  case Predicate::OLT: return simple("<", Binding::Relation);
  case Predicate::OLE: return simple("<=", Binding::Relation);
  case Predicate::OGT: return simple(">", Binding::Relation);
  case Predicate::OGE: return simple(">=", Binding::Relation);
  case Predicate::ULT: return unless(">=");
  case Predicate::ULE: return unless(">");
  case Predicate::UGT: return unless("<=");
  case Predicate::UGE: return unless("<");
  case Predicate::AlwaysFalse: return {"0"};
  case Predicate::AlwaysTrue: return {"1"};
  default: break;
  }
  const std::string x = atom(a).text, y = atom(b).text;
  switch (op.getPredicate()) {
  case Predicate::ONE: return twice("(" + x + " < " + y + ") || (" + x + " > " + y + ")", Binding::Or);
  case Predicate::UEQ: return twice("!((" + x + " < " + y + ") || (" + x + " > " + y + "))", Binding::Unary);
  case Predicate::ORD: return twice("(" + x + " == " + x + ") && (" + y + " == " + y + ")", Binding::And);
  default: return twice("(" + x + " != " + x + ") || (" + y + " != " + y + ")", Binding::Or);
  }
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// By how much x is rotated to the left, if it is: x << n | x >> 32 - n.
static std::optional<unsigned> rotation(arith::OrIOp op) {
  auto left = op.getLhs().getDefiningOp<arith::ShLIOp>();
  auto right = op.getRhs().getDefiningOp<arith::ShRUIOp>();
  APInt up, down;
  if (!left || !right || !op.getType().isInteger(32) || left.getLhs() != right.getLhs() ||
      !matchPattern(left.getRhs(), m_ConstantInt(&up)) || !matchPattern(right.getRhs(), m_ConstantInt(&down)) || up + down != 32 ||
      up.isZero() || down.isZero())
    return std::nullopt;
  return up.getZExtValue();
}

std::optional<Expression> BodyPrinter::integer(Operation &op) {
  auto isSigned = [&](const char *sign) {
    if (op.getResult(0).getType().isIndex())
      return binary(op, sign, Binding::Product);
    return Expression{"(" + cType(op.getResult(0).getType()) + ")(" + asSigned(op.getOperand(0), Binding::Product) + " " +
                          sign + " " + asSigned(op.getOperand(1), Binding::Unary) + ")",
                      Binding::Unary};
  };
  return llvm::TypeSwitch<Operation &, std::optional<Expression>>(op)
      .Case<arith::AddIOp>([&](auto) { return binary(op, "+", Binding::Sum); })
      .Case<arith::SubIOp>([&](auto) { return binary(op, "-", Binding::Sum); })
      .Case<arith::MulIOp>([&](auto) { return binary(op, "*", Binding::Product); })
      .Case<arith::DivUIOp>([&](auto) { return unsignedIndex(op, "/", Binding::Product); })
      .Case<arith::RemUIOp>([&](auto) { return unsignedIndex(op, "%", Binding::Product); })
      .Case<arith::DivSIOp>([&](auto) { return isSigned("/"); })
      .Case<arith::RemSIOp>([&](auto) { return isSigned("%"); })
      .Case<arith::FloorDivSIOp>([&](auto) -> std::optional<Expression> {
        if (!op.getResult(0).getType().isIndex())
          return std::nullopt;
        if (llvm::all_of(op.getOperands(), isNonNegative))
          return binary(op, "/", Binding::Product);
        return call(helper("ingot_floor_div"), op.getOperands());
      })
      .Case<arith::MinUIOp>([&](auto) { return choose(op, "<", false); })
      .Case<arith::MaxUIOp>([&](auto) { return choose(op, ">", false); })
      .Case<arith::MinSIOp>([&](auto) { return choose(op, "<", true); })
      .Case<arith::MaxSIOp>([&](auto) { return choose(op, ">", true); })
      .Case<arith::AndIOp>([&](auto) { return bits(op, "&", Binding::BitAnd); })
      .Case<arith::OrIOp>([&](arith::OrIOp either) {
        if (std::optional<unsigned> left = rotation(either))
          return Expression{helper("ingot_rotate") + "(" + expression(either.getLhs().getDefiningOp()->getOperand(0)).text + ", " +
                            std::to_string(*left) + ")"};
        return bits(op, "|", Binding::BitOr);
      })
      .Case<arith::XOrIOp>([&](auto) {
        if (op.getOperand(0).getType().isInteger(1) && matchPattern(op.getOperand(1), m_One()))
          return Expression{"!" + expression(op.getOperand(0)).alone(), Binding::Unary};
        return bits(op, "^", Binding::BitXor);
      })
      .Case<arith::ShLIOp>([&](auto) { return bits(op, "<<", Binding::Shift); })
      .Case<arith::ShRUIOp>([&](auto) -> std::optional<Expression> {
        if (op.getResult(0).getType().isIndex() && !isNonNegative(op.getOperand(0)))
          return std::nullopt;
        return bits(op, ">>", Binding::Shift);
      })
      .Case<arith::CmpIOp>([&](arith::CmpIOp cmp) { return compare(cmp); })
      .Default([](Operation &) { return std::nullopt; });
}

std::optional<Expression> BodyPrinter::conversion(Operation &op) {
  if (op.getNumOperands() != 1)
    return std::nullopt;
  Value source = op.getOperand(0);
  const Expression from = expression(source);
  Type result = op.getResult(0).getType();
  const std::string to = cType(result);
  if (to.empty())
    return std::nullopt;
  auto as = [&](const std::string &type) { return Expression{castTo(type, from), Binding::Unary}; };
  auto through = [&](const std::string &inner) {
    return Expression{"(" + to + ")" + castTo(inner, from), Binding::Unary};
  };
  const bool fromIndex = source.getType().isIndex(), toIndex = result.isIndex();
  return llvm::TypeSwitch<Operation &, std::optional<Expression>>(op)
      .Case<arith::IndexCastOp>([&](auto) {
        return fromIndex ? as(to) : toIndex ? as(signedType(source.getType())) : through(signedType(source.getType()));
      })
      .Case<arith::IndexCastUIOp>([&](auto) { return as(to); })
      .Case<arith::ExtUIOp, arith::UIToFPOp>([&](auto) { return as(to); })
      .Case<arith::ExtSIOp, arith::SIToFPOp>([&](auto) -> std::optional<Expression> {
        if (source.getType().isInteger(1))
          return std::nullopt;
        return through(signedType(source.getType()));
      })
      .Case<arith::TruncIOp>([&](auto) {
        if (result.isInteger(1))
          return Expression{"(" + from.alone() + " & 1u) != 0", Binding::Equality};
        return as(to);
      })
      .Case<arith::FPToSIOp>([&](auto) { return through(signedType(result)); })
      .Case<arith::FPToUIOp, arith::ExtFOp, arith::TruncFOp>([&](auto) { return as(to); })
      .Case<arith::BitcastOp>([&](auto) -> std::optional<Expression> {
        if (source.getType().isInteger(32) && result.isF32())
          return Expression{helper("ingot_float_of") + "(" + from.text + ")"};
        if (source.getType().isF32() && result.isInteger(32))
          return Expression{helper("ingot_bits_of") + "(" + from.text + ")"};
        return std::nullopt;
      })
      .Default([](Operation &) { return std::nullopt; });
}

std::optional<Expression> BodyPrinter::real(Operation &op) {
  auto helped = [&](const char *name) -> std::optional<Expression> {
    if (!op.getResult(0).getType().isF32())
      return std::nullopt;
    return call(helper(name), op.getOperands());
  };
  return llvm::TypeSwitch<Operation &, std::optional<Expression>>(op)
      .Case<arith::AddFOp>([&](auto) { return binary(op, "+", Binding::Sum); })
      .Case<arith::SubFOp>([&](auto) { return binary(op, "-", Binding::Sum); })
      .Case<arith::MulFOp>([&](auto) { return binary(op, "*", Binding::Product); })
      .Case<arith::DivFOp>([&](auto) { return binary(op, "/", Binding::Product); })
      .Case<arith::NegFOp>([&](auto) {
        return Expression{"-" + expression(op.getOperand(0)).in(Binding::Primary), Binding::Unary};
      })
      .Case<arith::CmpFOp>([&](arith::CmpFOp cmp) { return compare(cmp); })
      .Case<arith::MaximumFOp>([&](auto) -> std::optional<Expression> {
        // Only of two zeros does the sign of the constant matter.
        FloatAttr limit;
        if (matchPattern(op.getOperand(1), m_Constant(&limit)) && !limit.getValue().isNaN() && !limit.getValue().isNegZero())
          return helped("ingot_at_least");
        return helped("ingot_maximum");
      })
      .Case<arith::MinimumFOp>([&](auto) { return helped("ingot_minimum"); })
      .Case<arith::MaxNumFOp>([&](auto) { return helped("ingot_maxnum"); })
      .Case<arith::MinNumFOp>([&](auto) { return helped("ingot_minnum"); })
      .Case<math::SqrtOp>([&](auto) { return helped("ingot_sqrt"); })
      .Case<math::AbsFOp>([&](auto) { return helped("ingot_fabs"); })
      .Case<math::CopySignOp>([&](auto) { return helped("ingot_copysign"); })
      .Default([](Operation &) { return std::nullopt; });
}

std::optional<Expression> BodyPrinter::scalar(Operation &op) {
  if (cType(op.getResult(0).getType()).empty())
    return std::nullopt;
  if (auto choice = dyn_cast<arith::SelectOp>(op))
    return Expression{expression(choice.getCondition()).in(Binding::Equality) + " ? " +
                          expression(choice.getTrueValue()).in(Binding::Or) + " : " +
                          expression(choice.getFalseValue()).in(Binding::Or),
                      Binding::Ternary};
  if (auto result = integer(op))
    return result;
  if (auto result = conversion(op))
    return result;
  return real(op);
}
