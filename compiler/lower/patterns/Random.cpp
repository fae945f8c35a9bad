//===- Random.cpp - counter-based random numbers -------------------------===//
//
// Threefry-2x32-20: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011. Integer operations only, so the
// bits are those of every target. The normal quantile is M. Giles,
// "Approximating the erfinv function", GPU Computing Gems, 2011 (single
// precision).
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace ingot;

namespace {

class RandomBuilder {
public:
  RandomBuilder(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Value integer(uint32_t value) {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value real(double value) { return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value)); }

  /// Both words of Threefry of counter (c0, c1) under key (k0, k1).
  std::pair<Value, Value> threefry(Value k0, Value k1, Value c0, Value c1) {
    static constexpr unsigned rotations[] = {13, 15, 26, 6, 17, 29, 16, 24};
    Value k2 = bxor(bxor(k0, k1), integer(0x1BD11BDAu));
    Value keys[] = {k0, k1, k2};
    Value x0 = addi(c0, k0), x1 = addi(c1, k1);
    for (unsigned round = 0; round < 20; ++round) {
      x0 = addi(x0, x1);
      x1 = bxor(rotate(x1, rotations[round % 8]), x0);
      if (round % 4 == 3) {
        unsigned turn = round / 4 + 1;
        x0 = addi(x0, keys[turn % 3]);
        x1 = addi(addi(x1, keys[(turn + 1) % 3]), integer(turn));
      }
    }
    return {x0, x1};
  }

  /// The upper bits as a number in [0, 1), or, with `centered`, in (0, 1): then
  /// one bit less, as the half must not round up to 1.
  Value unit(Value word, bool centered) {
    const unsigned bits = centered ? 23 : 24;
    Value whole = arith::ShRUIOp::create(b, loc, word, integer(32 - bits));
    Value number = arith::UIToFPOp::create(b, loc, b.getF32Type(), whole);
    if (centered)
      number = addf(number, real(0.5));
    return mulf(number, real(std::ldexp(1.0, -static_cast<int>(bits))));
  }

  /// sqrt(2) erfinv(2u - 1): the standard normal quantile of u.
  Value normalQuantile(Value u) {
    static constexpr double central[] = {2.81022636e-08,  3.43273939e-07, -3.5233877e-06,
                                         -4.39150654e-06, 0.00021858087,  -0.00125372503,
                                         -0.00417768164,  0.246640727,    1.50140941};
    static constexpr double tail[] = {-0.000200214257, 0.000100950558, 0.00134934322,
                                      -0.00367342844,  0.00573950773,  -0.0076224613,
                                      0.00943887047,   1.00167406,     2.83297682};
    Value x = subf(mulf(u, real(2)), real(1));
    Value inside = mulf(subf(real(1), x), addf(real(1), x));
    Value w = arith::NegFOp::create(b, loc, math::LogOp::create(b, loc, inside));
    Value isCentral = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, w, real(5));
    Value root = subf(math::SqrtOp::create(b, loc, w), real(3));
    Value p = arith::SelectOp::create(b, loc, isCentral, polynomial(central, subf(w, real(2.5))), polynomial(tail, root));
    return mulf(mulf(p, x), real(1.4142135623730951));
  }

  Value addf(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value subf(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value mulf(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value addi(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }

private:
  Value bxor(Value x, Value y) { return arith::XOrIOp::create(b, loc, x, y); }
  Value rotate(Value x, unsigned by) {
    Value high = arith::ShLIOp::create(b, loc, x, integer(by));
    Value low = arith::ShRUIOp::create(b, loc, x, integer(32 - by));
    return arith::OrIOp::create(b, loc, high, low);
  }
  Value polynomial(ArrayRef<double> coefficients, Value x) {
    Value p = real(coefficients.front());
    for (double c : coefficients.drop_front())
      p = addf(mulf(p, x), real(c));
    return p;
  }

  OpBuilder &b;
  Location loc;
};

/// Row-major number of the element that this iteration computes, in the shape of
/// `sizes` in which axes that are `shared` have size 1.
Value elementIndex(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes, ArrayRef<int64_t> shared = {}) {
  Value index = arith::ConstantIndexOp::create(b, loc, 0);
  for (auto [i, size] : llvm::enumerate(sizes)) {
    if (llvm::is_contained(shared, static_cast<int64_t>(i)))
      continue;
    Value extent = getValueOrCreateConstantIndexOp(b, loc, size);
    index = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, index, extent), linalg::IndexOp::create(b, loc, i));
  }
  return arith::IndexCastOp::create(b, loc, b.getI32Type(), index);
}

/// The halves of a seed, low first.
std::pair<Value, Value> halves(OpBuilder &b, Location loc, Value seed) {
  Value upper = arith::ShRUIOp::create(b, loc, seed, arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(32)));
  return {arith::TruncIOp::create(b, loc, b.getI32Type(), seed), arith::TruncIOp::create(b, loc, b.getI32Type(), upper)};
}

/// The words of a key.
std::pair<Value, Value> words(OpBuilder &b, Location loc, Value key) {
  auto word = [&](int64_t i) -> Value {
    return tensor::ExtractOp::create(b, loc, key, arith::ConstantIndexOp::create(b, loc, i).getResult());
  };
  Value first = word(0);
  return {first, word(1)};
}

/// Both words of Threefry as a tensor.
Value threefryKey(LinalgBuilder linalg, Type type, Value k0, Value k1, Value c0, Value c1) {
  return linalg.elementwise(type, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange) -> SmallVector<Value> {
    auto [x0, x1] = RandomBuilder(b, loc).threefry(k0, k1, c0, c1);
    Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, linalg::IndexOp::create(b, loc, 0),
                                          arith::ConstantIndexOp::create(b, loc, 0));
    return {arith::SelectOp::create(b, loc, isFirst, x0, x1)};
  });
}

/// Share of a normal distribution below -2 standard deviations.
constexpr double belowMinusTwo = 0.022750131948179195;

struct LowerRandom : OpRewritePattern<RandomOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RandomOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    LinalgBuilder linalg(rewriter, op);
    Value seed = op.getSeed();
    if (auto fixed = op.getFixedSeedAttr())
      seed = arith::ConstantOp::create(rewriter, loc, fixed);
    auto [k0, k1] = halves(rewriter, loc, seed);
    SmallVector<OpFoldResult> sizes = linalg.sizesOf(tensorType(op));
    double a = op.getA().convertToDouble(), b = op.getB().convertToDouble();
    auto body = [&, k0 = k0, k1 = k1](OpBuilder &inner, Location at, ValueRange) -> SmallVector<Value> {
      RandomBuilder random(inner, at);
      Value word = random.threefry(k0, k1, elementIndex(inner, at, sizes),
                                   random.integer(static_cast<uint32_t>(op.getStream()))).first;
      if (op.getKind() == "uniform")
        return {random.addf(random.mulf(random.unit(word, false), random.real(b - a)), random.real(a))};
      Value u = random.unit(word, true);
      if (op.getKind() == "truncated_normal")
        u = random.addf(random.mulf(u, random.real(1 - 2 * belowMinusTwo)), random.real(belowMinusTwo));
      return {random.addf(random.mulf(random.normalQuantile(u), random.real(b)), random.real(a))};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), ValueRange(), body));
    return success();
  }
};

struct LowerSeedKey : OpRewritePattern<SeedKeyOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SeedKeyOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value seed = op.getSeed() ? op.getSeed() : arith::ConstantOp::create(rewriter, loc, op.getFixedSeedAttr()).getResult();
    auto [k0, k1] = halves(rewriter, loc, seed);
    RandomBuilder random(rewriter, loc);
    rewriter.replaceOp(op, threefryKey(LinalgBuilder(rewriter, op), op.getType(), k0, k1, random.integer(0),
                                       random.integer(~0u)));
    return success();
  }
};

struct LowerStepKey : OpRewritePattern<StepKeyOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(StepKeyOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto [k0, k1] = words(rewriter, loc, op.getBase());
    Value step = tensor::ExtractOp::create(rewriter, loc, op.getStep(), ValueRange());
    Value stream = op.getStream() ? op.getStream() : RandomBuilder(rewriter, loc).integer(0);
    rewriter.replaceOp(op, threefryKey(LinalgBuilder(rewriter, op), op.getType(), k0, k1, step, stream));
    return success();
  }
};

/// word < (1 - rate) 2^32 ? x / (1 - rate) : 0
struct LowerRandomMask : OpRewritePattern<RandomMaskOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RandomMaskOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    LinalgBuilder linalg(rewriter, op);
    auto [k0, k1] = words(rewriter, loc, op.getKey());
    SmallVector<OpFoldResult> sizes = linalg.sizesOf(tensorType(op));
    const double kept = 1 - op.getRate().convertToDouble();
    // Something is kept, and something is not, whatever the rate.
    const auto limit = static_cast<uint32_t>(std::clamp(std::round(std::ldexp(kept, 32)), 1.0, 4294967295.0));
    auto body = [&, k0 = k0, k1 = k1](OpBuilder &inner, Location at, ValueRange x) -> SmallVector<Value> {
      RandomBuilder random(inner, at);
      Value word = random.threefry(k0, k1, elementIndex(inner, at, sizes, op.getShared()),
                                   random.integer(static_cast<uint32_t>(op.getSalt()))).first;
      Value isKept = arith::CmpIOp::create(inner, at, arith::CmpIPredicate::ult, word, random.integer(limit));
      return {arith::SelectOp::create(inner, at, isKept, random.mulf(x[0], random.real(1 / kept)), random.real(0))};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getX(), body));
    return success();
  }
};

} // namespace

void ingot::populateRandomPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerRandom, LowerSeedKey, LowerStepKey, LowerRandomMask>(patterns.getContext());
}
