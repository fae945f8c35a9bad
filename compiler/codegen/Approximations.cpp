//===- Approximations.cpp - exp and tanh as arithmetic --------------------===//
//
// The innermost loops of softmax and of recurrences. Polynomials are of the
// lowest degree whose error is lost in rounding, and constants are few, since
// of sixteen registers these take most.
//
//===----------------------------------------------------------------------===//

#include "codegen/Approximations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Arithmetic on values of one type, f32 or vectors of it.
class Formula {
public:
  Formula(PatternRewriter &b, Location loc, Type type)
      : b(b), loc(loc), type(type) {}

  Value constant(double value) { return splat(b.getF32FloatAttr(value), type); }
  Value integer(int32_t value) {
    return splat(b.getI32IntegerAttr(value), bitsType());
  }

  Value sum(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value difference(Value x, Value y) {
    return arith::SubFOp::create(b, loc, x, y);
  }
  Value product(Value x, Value y) {
    return arith::MulFOp::create(b, loc, x, y);
  }
  Value quotient(Value x, Value y) {
    return arith::DivFOp::create(b, loc, x, y);
  }
  /// x y + z
  Value fused(Value x, Value y, Value z) {
    return math::FmaOp::create(b, loc, x, y, z);
  }
  /// c0 + c1 x + ..., the highest power first.
  Value polynomial(ArrayRef<double> c, Value x) {
    Value sum = constant(c.back());
    for (double next : llvm::reverse(c.drop_back()))
      sum = fused(sum, x, constant(next));
    return sum;
  }

  /// No less than `low`, no more than `high`; what is no number stays.
  Value clamp(Value x, double low, double high) {
    x = choose(arith::CmpFPredicate::OGT, constant(low), x);
    return choose(arith::CmpFPredicate::OLT, constant(high), x);
  }

  Value bitsOf(Value x) {
    return arith::BitcastOp::create(b, loc, bitsType(), x);
  }
  Value fromBits(Value bits) {
    return arith::BitcastOp::create(b, loc, type, bits);
  }
  Value shiftedLeft(Value bits, int32_t by) {
    return arith::ShLIOp::create(b, loc, bits, integer(by));
  }

private:
  Type bitsType() const {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(vector.clone(b.getI32Type())) : b.getI32Type();
  }

  Value splat(TypedAttr value, Type of) {
    auto vector = dyn_cast<VectorType>(of);
    return arith::ConstantOp::create(
        b, loc,
        vector ? DenseElementsAttr::get(vector, Attribute(value)) : value);
  }

  /// The form of one instruction where there is one.
  Value choose(arith::CmpFPredicate predicate, Value limit, Value x) {
    Value isBeyond = arith::CmpFOp::create(b, loc, predicate, limit, x);
    return arith::SelectOp::create(b, loc, isBeyond, limit, x);
  }

  PatternRewriter &b;
  Location loc;
  Type type;
};

/// 2^n e^r with r = x - n ln 2, no more than half of ln 2. Below -87.7 it is 0,
/// as e^-inf has to be.
struct ApproximateExp : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return failure();
    Formula f(rewriter, op.getLoc(), op.getType());
    Value x = f.clamp(op.getOperand(), -88.3762626647949, 88.3762626647950);
    // As large a number has no fraction left: what is added to it is rounded,
    // and stands in its lowest bits, with the bias that exponents have.
    Value large = f.constant(12582912 + 127);
    Value shifted = f.fused(x, f.constant(1.44269504088896341), large);
    Value n = f.difference(shifted, large);
    Value powerOfTwo = f.fromBits(f.shiftedLeft(f.bitsOf(shifted), 23));
    // ln 2 in two parts, the first of few bits: its products are exact.
    Value r = f.fused(n, f.constant(-0.693359375), x);
    r = f.fused(n, f.constant(2.12194440e-4), r);
    // e^r = 1 + r + r^2 q(r), q of least relative error in e^r: 3e-9.
    Value square = f.product(r, r);
    Value low = f.polynomial({0.499999934321, 0.16666520399}, r),
          high = f.polynomial({0.0416683907835, 0.00836874510894}, r);
    high = f.fused(square, f.constant(0.00138145401768), high);
    Value q = f.fused(high, square, low);
    Value power = f.sum(f.fused(q, square, r), f.constant(1));
    rewriter.replaceOp(op, f.product(power, powerOfTwo));
    return success();
  }
};

/// x p(x^2) / q(x^2) of least relative error, 7e-9, up to a number whose result
/// is 1, products rounded or not; none is larger. Both are 1 at 0, so a small x
/// is its own result. One chain each, and x comes in with the last term: two
/// chains, or a product at the end, round more. The last bits of the numbers are
/// those of the least error of all floats.
struct ApproximateTanh : OpRewritePattern<math::TanhOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::TanhOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return failure();
    Formula f(rewriter, op.getLoc(), op.getType());
    Value x = f.clamp(op.getOperand(), -8.04920387, 8.04920387);
    Value y = f.product(x, x);
    Value p = f.polynomial({0.130852908, 0.00310534774, 1.11677991e-5,
                            -2.02736246e-8, 5.29789546e-11, -8.53169803e-14},
                           y);
    Value q = f.polynomial({1, 0.464186192, 0.0245008264, 0.000254810875}, y);
    rewriter.replaceOp(op, f.quotient(f.fused(p, f.product(x, y), x), q));
    return success();
  }
};

} // namespace

void populateApproximationPatterns(RewritePatternSet &patterns) {
  patterns.add<ApproximateExp, ApproximateTanh>(patterns.getContext(),
                                                /*benefit=*/2);
}

} // namespace ingot::codegen
