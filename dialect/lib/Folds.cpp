//===- Folds.cpp - algebra that the front end and the gradients leave ----===//

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ingot;

#define GET_OP_CLASSES
#include "ingot/Dialect/IngotOps.cpp.inc"

/// `value` is a fill of `number`.
static bool isFillOf(Value value, double number) {
  auto fill = value.getDefiningOp<FillOp>();
  if (!fill)
    return false;
  if (auto real = dyn_cast<FloatAttr>(fill.getValue()))
    return real.getValueAsDouble() == number;
  return cast<IntegerAttr>(fill.getValue()).getValue() == static_cast<int64_t>(number);
}

/// x + 0 -> x: the gradients begin with zeros.
OpFoldResult AddOp::fold(FoldAdaptor) {
  if (isFillOf(getRhs(), 0))
    return getLhs();
  if (isFillOf(getLhs(), 0))
    return getRhs();
  return {};
}

/// x - 0 -> x
OpFoldResult SubOp::fold(FoldAdaptor) { return isFillOf(getRhs(), 0) ? getLhs() : Value(); }

/// x * 1 -> x: loss weights are 1 unless stated. Not x * 0 -> 0, which would
/// hide a NaN.
OpFoldResult MulOp::fold(FoldAdaptor) {
  if (isFillOf(getRhs(), 1))
    return getLhs();
  if (isFillOf(getLhs(), 1))
    return getRhs();
  return {};
}

/// x / 1 -> x
OpFoldResult DivOp::fold(FoldAdaptor) { return isFillOf(getRhs(), 1) ? getLhs() : Value(); }

/// A broadcast that adds no dimension is its operand.
OpFoldResult BroadcastOp::fold(FoldAdaptor) { return getX().getType() == getType() ? getX() : Value(); }

/// A reshape to the same shape is its operand; of two, the outer one stays.
OpFoldResult ViewAsOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ViewAsOp>()) {
    if (inner.getX().getType() == getType())
      return inner.getX();
    setOperand(inner.getX());
    return getResult();
  }
  return {};
}

/// An order that is the one there is; two orders are one.
OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (llvm::is_sorted(getPerm()))
    return getX();
  auto inner = getX().getDefiningOp<TransposeOp>();
  if (!inner)
    return {};
  setPerm(llvm::map_to_vector(getPerm(), [&](int64_t dim) { return inner.getPerm()[dim]; }));
  setOperand(inner.getX());
  return getResult();
}

/// Turned twice.
OpFoldResult ReverseOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<ReverseOp>();
  return inner && inner.getAxis() == getAxis() ? inner.getX() : Value();
}

/// One operand alone.
OpFoldResult ConcatOp::fold(FoldAdaptor) { return getInputs().size() == 1 ? getInputs()[0] : Value(); }

/// All of the operand.
OpFoldResult SliceOp::fold(FoldAdaptor) { return getX().getType() == getType() ? getX() : Value(); }

//===----------------------------------------------------------------------===//
// Sums of parts
//===----------------------------------------------------------------------===//

namespace {
/// Parts of a concat from the first to the last; of zeros, some may be taken.
class Parts {
public:
  explicit Parts(ConcatOp concat) : inputs(concat.getInputs()), axis(concat.getAxis()) { setLeft(); }
  bool empty() const { return inputs.empty(); }
  bool isZero() const { return isFillOf(inputs.front(), 0); }
  int64_t size() const { return left; }
  bool isWhole() const { return left == tensorType(inputs.front()).getDimSize(axis); }
  Value front() const { return inputs.front(); }
  void take(int64_t count) {
    left -= count;
    if (left == 0) {
      inputs = inputs.drop_front();
      setLeft();
    }
  }

private:
  void setLeft() { left = inputs.empty() ? 0 : tensorType(inputs.front()).getDimSize(axis); }
  OperandRange inputs;
  int64_t axis, left = 0;
};

/// [a, 0] + [0, b] -> [a, b]: what the gradients of two slices of a tensor add up to.
struct AddPartByPart : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    auto lhs = op.getLhs().getDefiningOp<ConcatOp>(), rhs = op.getRhs().getDefiningOp<ConcatOp>();
    if (!lhs || !rhs || lhs == rhs || lhs.getAxis() != rhs.getAxis() || !lhs->hasOneUse() || !rhs->hasOneUse())
      return failure();
    struct Piece {
      Value x, y; ///< null: zeros
      int64_t size;
    };
    SmallVector<Piece> pieces;
    for (Parts x(lhs), y(rhs); !x.empty();) {
      int64_t size = std::min(x.size(), y.size());
      for (const Parts &parts : {x, y})
        if (!parts.isZero() && !(parts.isWhole() && parts.size() == size))
          return failure();
      pieces.push_back({x.isZero() ? Value() : x.front(), y.isZero() ? Value() : y.front(), size});
      x.take(size);
      y.take(size);
    }
    SmallVector<Value> sums;
    for (const Piece &piece : pieces) {
      SmallVector<int64_t> shape(tensorType(op).getShape());
      shape[lhs.getAxis()] = piece.size;
      if (piece.x && piece.y)
        sums.push_back(AddOp::create(rewriter, op.getLoc(), piece.x, piece.y));
      else if (piece.x || piece.y)
        sums.push_back(piece.x ? piece.x : piece.y);
      else
        sums.push_back(createFill(rewriter, op.getLoc(), tensorType(op).clone(shape), 0));
    }
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), sums, lhs.getAxis());
    return success();
  }
};

/// `value` as (batch, n, ...), or (n, ...) without a batch; its last `trailing`
/// dimensions stay.
Value asList(OpBuilder &b, Location loc, Value value, int64_t trailing) {
  RankedTensorType type = tensorType(value);
  ArrayRef<int64_t> shape = type.getShape(), kept = shape.take_back(trailing);
  const std::optional<int64_t> batch = batchDimension(type);
  if (batch.value_or(0) > 0) {
    SmallVector<int64_t> perm = {*batch};
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (dim != *batch)
        perm.push_back(dim);
    value = TransposeOp::create(b, loc, value, perm);
  }
  int64_t count = 1;
  for (int64_t size : shape.drop_back(trailing))
    count *= ShapedType::isDynamic(size) ? 1 : size;
  SmallVector<int64_t> list = {count};
  if (batch)
    list.insert(list.begin(), ShapedType::kDynamic);
  llvm::append_range(list, kept);
  return b.createOrFold<ViewAsOp>(loc, type.clone(list), value);
}

/// Rows that are added to one table, in one list.
struct AddScattered : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    auto lhs = op.getLhs().getDefiningOp<ScatterRowsOp>(), rhs = op.getRhs().getDefiningOp<ScatterRowsOp>();
    if (!lhs || !rhs || lhs == rhs || !lhs->hasOneUse() || !rhs->hasOneUse())
      return failure();
    const bool hasBatch = !tensorType(lhs.getIds()).hasStaticShape();
    if (hasBatch == tensorType(rhs.getIds()).hasStaticShape())
      return failure();
    const int64_t trailing = tensorType(op).getRank() - 1;
    SmallVector<Value> ids, rows;
    for (ScatterRowsOp part : {lhs, rhs}) {
      ids.push_back(asList(rewriter, op.getLoc(), part.getIds(), 0));
      rows.push_back(asList(rewriter, op.getLoc(), part.getRows(), trailing));
    }
    Value allIds = ConcatOp::create(rewriter, op.getLoc(), ids, static_cast<int64_t>(hasBatch));
    Value allRows = ConcatOp::create(rewriter, op.getLoc(), rows, static_cast<int64_t>(hasBatch));
    rewriter.replaceOpWithNewOp<ScatterRowsOp>(op, op.getType(), allIds, allRows);
    return success();
  }
};
} // namespace

void AddOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<AddPartByPart, AddScattered>(context);
}
