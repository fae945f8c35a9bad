//===- SoftFloat.cpp - in integers what has no instruction ---------------===//
//
// A library's `sqrtf` would be a symbol that the object must not need, and would not
// promise its last bit. Here is one bit of the root a step, as in fdlibm's sqrtf, so
// all is done in 32 bits and without a division.
//
//===----------------------------------------------------------------------===//

#include "codegen/SoftFloat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

namespace {

constexpr StringLiteral functionName = "ingot_sqrt";

/// The invariant of the loop over `bit`: `root` is what is known of the root, in units
/// of half the last place, `twice` is 2 * root, and `rest` is what root^2 lacks.
constexpr const char *functionText = R"mlir(
func.func private @ingot_sqrt(%x: f32) -> f32 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c23 = arith.constant 23 : i32
  %lead = arith.constant 0x00800000 : i32
  %mantissa = arith.constant 0x007fffff : i32
  %bits = arith.bitcast %x : f32 to i32
  // From the least denormal to the largest number that is finite.
  %finite = arith.constant 0x7f7fffff : i32
  %less = arith.subi %bits, %c1 : i32
  %ordinary = arith.cmpi ult, %less, %finite : i32
  %result = scf.if %ordinary -> i32 {
    %exponent = arith.shrui %bits, %c23 : i32
    %isNormal = arith.cmpi ne, %exponent, %c0 : i32
    %fraction = arith.andi %bits, %mantissa : i32
    %withLead = arith.ori %fraction, %lead : i32
    %first = arith.select %isNormal, %withLead, %bits : i32
    %e0 = arith.select %isNormal, %exponent, %c1 : i32
    // A denormal is shifted until it has a leading bit.
    %e, %m = scf.while (%e1 = %e0, %m1 = %first) : (i32, i32) -> (i32, i32) {
      %isShort = arith.cmpi ult, %m1, %lead : i32
      scf.condition(%isShort) %e1, %m1 : i32, i32
    } do {
    ^bb0(%e1: i32, %m1: i32):
      %e2 = arith.subi %e1, %c1 : i32
      %m2 = arith.shli %m1, %c1 : i32
      scf.yield %e2, %m2 : i32, i32
    }
    // Of an odd exponent, one factor 2 goes below the root. 127 is odd.
    %bias = arith.constant 127 : i32
    %power = arith.subi %e, %bias : i32
    %odd = arith.andi %power, %c1 : i32
    %double = arith.addi %odd, %c1 : i32
    %radicand = arith.shli %m, %double : i32
    %half = arith.shrsi %power, %c1 : i32
    %begin = arith.constant 0 : index
    %one = arith.constant 1 : index
    %count = arith.constant 25 : index
    %top = arith.constant 0x01000000 : i32
    %root, %twice, %rest, %last = scf.for %i = %begin to %count step %one
        iter_args(%r = %c0, %s = %c0, %n = %radicand, %bit = %top) -> (i32, i32, i32, i32) {
      %try = arith.addi %s, %bit : i32
      %fits = arith.cmpi ule, %try, %n : i32
      %more = arith.addi %r, %bit : i32
      %twiceMore = arith.addi %try, %bit : i32
      %left = arith.subi %n, %try : i32
      %r1 = arith.select %fits, %more, %r : i32
      %s1 = arith.select %fits, %twiceMore, %s : i32
      %n1 = arith.select %fits, %left, %n : i32
      %n2 = arith.shli %n1, %c1 : i32
      %bit1 = arith.shrui %bit, %c1 : i32
      scf.yield %r1, %s1, %n2, %bit1 : i32, i32, i32, i32
    }
    // A root is never halfway between two numbers: its last bit alone says where to.
    %up = arith.andi %root, %c1 : i32
    %sum = arith.addi %root, %up : i32
    %rounded = arith.shrui %sum, %c1 : i32
    // 126, since the leading bit of the root adds 1.
    %base = arith.constant 0x3f000000 : i32
    %shifted = arith.shli %half, %c23 : i32
    %high = arith.addi %shifted, %base : i32
    %done = arith.addi %high, %rounded : i32
    scf.yield %done : i32
  } else {
    // Zeros and infinity are their own roots; there is none of what is below 0.
    %magnitude = arith.constant 0x7fffffff : i32
    %infinity = arith.constant 0x7f800000 : i32
    %nan = arith.constant 0x7fc00000 : i32
    %absolute = arith.andi %bits, %magnitude : i32
    %isZero = arith.cmpi eq, %absolute, %c0 : i32
    %isInfinity = arith.cmpi eq, %bits, %infinity : i32
    %isOwn = arith.ori %isZero, %isInfinity : i1
    %own = arith.select %isOwn, %bits, %nan : i32
    scf.yield %own : i32
  }
  %float = arith.bitcast %result : i32 to f32
  return %float : f32
}
)mlir";

/// With the attributes of the function that calls it first, which all functions have.
func::FuncOp functionFor(func::FuncOp caller) {
  auto module = caller->getParentOfType<ModuleOp>();
  if (auto existing = module.lookupSymbol<func::FuncOp>(functionName))
    return existing;
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(functionText, module.getContext());
  auto function = parsed->lookupSymbol<func::FuncOp>(functionName);
  function->remove();
  function.walk([&](Operation *op) { op->setLoc(module.getLoc()); });
  if (Attribute attributes = caller->getAttr("passthrough"))
    function->setAttr("passthrough", attributes);
  module.push_back(function);
  return function;
}

struct CallSoftSqrt : OpRewritePattern<math::SqrtOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::SqrtOp op, PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return failure();
    func::FuncOp function = functionFor(op->getParentOfType<func::FuncOp>());
    rewriter.replaceOpWithNewOp<func::CallOp>(op, function, ValueRange{op.getOperand()});
    return success();
  }
};

/// Maximum and minimum of IEEE 754-2019: a NaN stays one, and -0 is below 0.
template <typename Op, arith::CmpIPredicate wins> struct CompareIntegers : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return failure();
    Location loc = op.getLoc();
    Type i32 = rewriter.getI32Type();
    auto constant = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(value));
    };
    Value magnitude = constant(0x7fffffff), infinity = constant(0x7f800000), signBit = constant(31);
    auto bits = [&](Value x) -> Value { return arith::BitcastOp::create(rewriter, loc, i32, x); };
    auto isNan = [&](Value bits) -> Value {
      Value absolute = arith::AndIOp::create(rewriter, loc, bits, magnitude);
      return arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::sgt, absolute, infinity);
    };
    // Integers in the order of the numbers: what is negative is complemented.
    auto key = [&](Value bits) -> Value {
      Value negative = arith::ShRSIOp::create(rewriter, loc, bits, signBit);
      Value flip = arith::AndIOp::create(rewriter, loc, negative, magnitude);
      return arith::XOrIOp::create(rewriter, loc, bits, flip);
    };
    Value a = bits(op.getLhs()), b = bits(op.getRhs());
    Value first = arith::CmpIOp::create(rewriter, loc, wins, key(a), key(b));
    first = arith::OrIOp::create(rewriter, loc, first, isNan(a));
    Value larger = arith::SelectOp::create(rewriter, loc, first, op.getLhs(), op.getRhs());
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isNan(b), op.getRhs(), larger);
    return success();
  }
};

} // namespace

void ingot::codegen::populateSoftFloatPatterns(RewritePatternSet &patterns) {
  patterns.add<CallSoftSqrt, CompareIntegers<arith::MaximumFOp, arith::CmpIPredicate::sgt>,
               CompareIntegers<arith::MinimumFOp, arith::CmpIPredicate::slt>>(patterns.getContext());
}
