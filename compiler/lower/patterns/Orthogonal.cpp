//===- Orthogonal.cpp - orthonormal rows or columns, in place -------------===//
//
// Loops over scalars of one tensor, so that bufferization leaves them in the
// destination: `init` has no memory but the weights themselves.
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace ingot;

namespace {

/// Vectors in a matrix: its rows, or its columns if there are fewer of them.
class VectorLoops {
public:
  VectorLoops(OpBuilder &builder, Location loc, RankedTensorType matrix)
      : b(builder), loc(loc), byRow(matrix.getDimSize(0) <= matrix.getDimSize(1)),
        count(index(std::min(matrix.getDimSize(0), matrix.getDimSize(1)))),
        length(index(std::max(matrix.getDimSize(0), matrix.getDimSize(1)))) {}

  /// Each vector loses its parts along those before it, and gets length 1.
  Value orthonormalize(Value matrix) {
    return loop(count, matrix, [&](Value i, Value all) {
      // Rounding leaves such parts behind; the second pass takes them away.
      Value projected = loop(index(2), all, [&](Value, Value twice) {
        return loop(i, twice, [&](Value j, Value rest) {
          Value part = dot(rest, i, j);
          return update(rest, i, [&](Value now, Value element, Value k) {
            return subf(element, mulf(part, get(now, j, k)));
          });
        });
      });
      Value norm = math::SqrtOp::create(b, loc, dot(projected, i, i));
      return update(projected, i, [&](Value, Value element, Value) -> Value {
        return arith::DivFOp::create(b, loc, element, norm);
      });
    });
  }

  /// Only when all are done: a length other than 1 would spoil projections.
  Value scale(Value matrix, double gain) {
    Value factor = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(gain));
    return loop(count, matrix, [&](Value i, Value all) {
      return update(all, i, [&](Value, Value element, Value) { return mulf(element, factor); });
    });
  }

private:
  /// for i in 0..end: carried = body(i, carried)
  Value loop(Value end, Value carried, llvm::function_ref<Value(Value, Value)> body) {
    auto op = scf::ForOp::create(b, loc, index(0), end, index(1), carried);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    Value next = body(op.getInductionVar(), op.getRegionIterArg(0));
    scf::YieldOp::create(b, loc, next);
    return op.getResult(0);
  }

  /// One accumulator, in ascending order.
  Value dot(Value matrix, Value i, Value j) {
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
    return loop(length, zero, [&](Value k, Value sum) -> Value {
      return arith::AddFOp::create(b, loc, sum, mulf(get(matrix, i, k), get(matrix, j, k)));
    });
  }

  /// vector i [k] = next(matrix, vector i [k], k)
  Value update(Value matrix, Value i, llvm::function_ref<Value(Value, Value, Value)> next) {
    return loop(length, matrix, [&](Value k, Value now) -> Value {
      Value element = next(now, get(now, i, k), k);
      return tensor::InsertOp::create(b, loc, element, now, position(i, k));
    });
  }

  Value get(Value matrix, Value i, Value k) { return tensor::ExtractOp::create(b, loc, matrix, position(i, k)); }
  SmallVector<Value> position(Value i, Value k) {
    return byRow ? SmallVector<Value>{i, k} : SmallVector<Value>{k, i};
  }
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value mulf(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value subf(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }

  OpBuilder &b;
  Location loc;
  bool byRow;
  Value count, length;
};

struct LowerOrthogonalize : OpRewritePattern<OrthogonalizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(OrthogonalizeOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = tensorType(op);
    int64_t rank = type.getRank(), columns = type.getShape().back();
    auto matrix = RankedTensorType::get({type.getNumElements() / columns, columns}, type.getElementType());
    SmallVector<ReassociationIndices> groups = {llvm::to_vector(llvm::seq<int64_t>(0, rank - 1)), {rank - 1}};
    Value value = op.getX();
    if (rank > 2)
      value = tensor::CollapseShapeOp::create(rewriter, loc, matrix, value, groups);
    VectorLoops loops(rewriter, loc, matrix);
    value = loops.orthonormalize(value);
    double gain = op.getGain().convertToDouble();
    if (gain != 1)
      value = loops.scale(value, gain);
    if (rank > 2)
      value = tensor::ExpandShapeOp::create(rewriter, loc, type, value, groups);
    rewriter.replaceOp(op, value);
    return success();
  }
};

} // namespace

void ingot::populateOrthogonalPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerOrthogonalize>(patterns.getContext());
}
