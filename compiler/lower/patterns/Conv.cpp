//===- Conv.cpp - windows and their adjoint to linalg --------------------===//
//
// Both gather: every element of the result is computed where it lies, from
// elements that the body picks by position. The operand is not one of the loops'
// own, so that what computes it is not fused and done again for every window.
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace ingot;

namespace {

/// Index arithmetic inside a loop's body.
class Position {
public:
  Position(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value loop(int64_t dim) { return linalg::IndexOp::create(b, loc, dim); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, loc, x, y); }
  Value mul(Value x, int64_t factor) {
    return factor == 1 ? x : arith::MulIOp::create(b, loc, x, constant(factor)).getResult();
  }

  /// `index`, or 0 where it is not in [0, size), of which `isInside` then tells.
  /// A negative index is a large unsigned one.
  Value clamp(Value index, int64_t size, Value &isInside) {
    require(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, index, constant(size)), isInside);
    return arith::SelectOp::create(b, loc, isInside, index, constant(0));
  }
  void require(Value condition, Value &isInside) {
    isInside = isInside ? arith::AndIOp::create(b, loc, isInside, condition).getResult() : condition;
  }

  /// tensor[at], or `outside` where not `isInside`.
  Value pick(Value tensor, ValueRange at, Value isInside, double outside) {
    Value element = tensor::ExtractOp::create(b, loc, tensor, at);
    if (!isInside)
      return element;
    Value other = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(outside));
    return arith::SelectOp::create(b, loc, isInside, element, other);
  }

private:
  OpBuilder &b;
  Location loc;
};

/// Dimensions (batch..., counts..., window..., c) of windows over an operand of
/// this rank.
struct Dims {
  Dims(int64_t rank, int64_t spatial) : batch(rank - 1 - spatial), spatial(spatial), last(batch + 2 * spatial) {}
  int64_t batch, spatial, last;
};

/// One loop nest over the result: x[b, o * stride + k * dilation - low, c].
struct LowerWindows : OpRewritePattern<WindowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(WindowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Value x = op.getX();
    RankedTensorType from = tensorType(x);
    const shape::Windowing w = op.getWindowing();
    const Dims dims(from.getRank(), w.window.size());
    const double padding = op.getPadValue().convertToDouble();
    auto body = [&](OpBuilder &b, Location loc, ValueRange) -> SmallVector<Value> {
      Position p(b, loc);
      SmallVector<Value> at;
      Value isInside;
      for (int64_t i = 0; i < dims.batch; ++i)
        at.push_back(p.loop(i));
      for (int64_t i = 0; i < dims.spatial; ++i) {
        Value window = p.mul(p.loop(dims.batch + i), w.strides[i]);
        Value index = p.add(window, p.mul(p.loop(dims.batch + dims.spatial + i), w.dilation[i]));
        if (w.low[i] || w.high[i])
          index = p.clamp(p.sub(index, p.constant(w.low[i])), from.getDimSize(dims.batch + i), isInside);
        at.push_back(index);
      }
      at.push_back(p.loop(dims.last));
      return {p.pick(x, at, isInside, padding)};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), ValueRange(), body));
    return success();
  }
};

/// Sums over places in the window, in ascending order: the element of the result
/// at i lies at place k of window (i + low - k * dilation) / stride, if there is
/// such a window.
struct LowerOverlapAdd : OpRewritePattern<OverlapAddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(OverlapAddOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    Value x = op.getX();
    RankedTensorType from = tensorType(x), to = tensorType(op.getResult());
    const shape::Windowing w = op.getWindowing();
    const Dims dims(to.getRank(), w.window.size());
    // Channels are innermost, so that the sum runs over vectors of them.
    auto body = [&](OpBuilder &b, Location loc, ValueRange arguments) {
      Position p(b, loc);
      SmallVector<Value> windows, places;
      Value isInside;
      for (int64_t i = 0; i < dims.batch; ++i)
        windows.push_back(p.loop(i));
      for (int64_t i = 0; i < dims.spatial; ++i) {
        Value place = p.loop(dims.batch + dims.spatial + i);
        Value begin = p.sub(p.add(p.loop(dims.batch + i), p.constant(w.low[i])), p.mul(place, w.dilation[i]));
        Value window = begin;
        if (w.strides[i] != 1) {
          // Unsigned as well: a window before the first is far behind the last.
          Value stride = p.constant(w.strides[i]);
          Value rest = arith::RemUIOp::create(b, loc, begin, stride);
          p.require(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest, p.constant(0)), isInside);
          window = arith::DivUIOp::create(b, loc, begin, stride);
        }
        windows.push_back(p.clamp(window, from.getDimSize(dims.batch + i), isInside));
        places.push_back(place);
      }
      llvm::append_range(windows, places);
      windows.push_back(p.loop(dims.last));
      Value sum = arith::AddFOp::create(b, loc, arguments.back(), p.pick(x, windows, isInside, 0));
      linalg::YieldOp::create(b, loc, sum);
    };
    // Tells the loops the window's size; it has no elements that anyone reads.
    Value window = tensor::EmptyOp::create(rewriter, loc, op.getWindow(), to.getElementType());
    const int64_t loops = dims.last + 1;
    SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::parallel);
    SmallVector<int64_t> windowDims, resultDims;
    for (int64_t i = 0; i < loops; ++i) {
      bool isPlace = i >= dims.batch + dims.spatial && i < dims.last;
      (isPlace ? windowDims : resultDims).push_back(i);
      if (isPlace)
        iterators[i] = utils::IteratorType::reduction;
    }
    SmallVector<AffineMap> maps = {linalg.select(loops, windowDims), linalg.select(loops, resultDims)};
    rewriter.replaceOp(op, linalg::GenericOp::create(rewriter, loc, to, window, linalg.filled(to, 0), maps, iterators, body)
                               .getResult(0));
    return success();
  }
};

} // namespace

void ingot::populateConvPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerWindows, LowerOverlapAdd>(patterns.getContext());
}
