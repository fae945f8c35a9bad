//===- Conv.cpp - convolution and pooling in primitives ------------------===//
//
// All over the windows of the input: a convolution contracts them with the
// kernel, so that both its gradients are contractions; pooling reduces them.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "mlir/IR/PatternMatch.h"

#include <limits>

using namespace mlir;
using namespace ingot;

/// (batch..., spatial..., c) -> (batch..., counts..., window..., c)
static Value windowsOf(Formula &f, Value x, const shape::Windowing &w, double padding = 0) {
  auto isAll = [](const std::vector<int64_t> &sizes, int64_t size) {
    return llvm::all_of(sizes, [size](int64_t s) { return s == size; });
  };
  auto list = [&](const std::vector<int64_t> &sizes) { return f.builder.getDenseI64ArrayAttr(sizes); };
  auto type = RankedTensorType::get(*shape::windows(shapeOf(x.getType()), w), f.builder.getF32Type());
  // Windows of one element are the elements.
  if (isAll(w.window, 1) && isAll(w.strides, 1) && isAll(w.low, 0) && isAll(w.high, 0))
    return ViewAsOp::create(f.builder, f.loc, type, x);
  return WindowsOp::create(f.builder, f.loc, type, x, list(w.window), list(w.strides), list(w.dilation), list(w.low),
                           list(w.high), f.builder.getF64FloatAttr(padding));
}

/// `count` axes from `first` on.
static DenseI64ArrayAttr axesFrom(Formula &f, int64_t first, int64_t count) {
  return f.builder.getDenseI64ArrayAttr(llvm::to_vector(llvm::seq<int64_t>(first, first + count)));
}

static Value maxOver(Formula &f, Value x, int64_t first, int64_t count) {
  return ReduceMaxOp::create(f.builder, f.loc, x, axesFrom(f, first, count));
}
static Value sumOver(Formula &f, Value x, int64_t first, int64_t count) {
  return ReduceSumOp::create(f.builder, f.loc, x, axesFrom(f, first, count));
}

/// How many elements of the input each window has, as a tensor of `type`: fewer
/// where it reaches into the padding.
static Value elementsPerWindow(Formula &f, const shape::Windowing &w, RankedTensorType input, RankedTensorType type) {
  int64_t spatial = w.window.size();
  SmallVector<int64_t> shape(input.getShape().slice(1, spatial));
  shape.push_back(1);
  Value ones = createFill(f.builder, f.loc, RankedTensorType::get(shape, input.getElementType()), 1);
  // Over the windows and the one channel.
  Value counts = sumOver(f, windowsOf(f, ones, w), spatial, spatial + 1);
  return createBroadcast(f.builder, f.loc, counts, type, llvm::to_vector(llvm::seq<int64_t>(1, 1 + spatial)));
}

namespace {

/// conv x -> act("bxyuvc,uvcf->bxyf" windows x, kernel + bias)
struct ExpandConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op, PatternRewriter &rewriter) const override {
    Formula f(rewriter, op.getLoc());
    RankedTensorType from = tensorType(op.getInput()), to = tensorType(op.getResult());
    auto read = [&](FlatSymbolRefAttr symbol, ArrayRef<int64_t> shape) {
      return ReadOp::create(rewriter, f.loc, RankedTensorType::get(shape, from.getElementType()), symbol);
    };
    shape::Sliding sliding{op.getKernelSize().vec(), op.getStrides().vec(), op.getDilationRate().vec(),
                           op.getPadding().str()};
    Value windows = windowsOf(f, op.getInput(), shape::resolvePadding(shapeOf(from), sliding));
    SmallVector<int64_t> kernel(op.getKernelSize());
    kernel.append({from.getShape().back(), to.getShape().back()});

    std::string rows = "b", element;
    for (size_t axis = 0; axis < sliding.window.size(); ++axis) {
      rows += static_cast<char>('A' + axis);
      element += static_cast<char>('M' + axis);
    }
    element += "c";
    std::string equation = rows + element + "," + element + "f->" + rows + "f";
    Value y = ContractOp::create(rewriter, f.loc, to, equation, windows, read(op.getKernelAttr(), kernel));
    if (op.getBias()) {
      Value bias = read(op.getBiasAttr(), to.getShape().back());
      y = f.add(y, createBroadcast(rewriter, f.loc, bias, to, {to.getRank() - 1}));
    }
    rewriter.replaceOp(op, expandActivation(f, op.getActivation(), y));
    return success();
  }
};

/// pool x -> the largest, or sum / count, of the windows of x
struct ExpandPool : OpRewritePattern<PoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PoolOp op, PatternRewriter &rewriter) const override {
    Formula f(rewriter, op.getLoc());
    RankedTensorType from = tensorType(op.getInput()), to = tensorType(op.getResult());
    std::vector<int64_t> size = op.getPoolSize().vec();
    int64_t spatial = size.size();
    shape::Sliding sliding{size, op.getStrides().vec(), std::vector<int64_t>(size.size(), 1), op.getPadding().str()};
    shape::Windowing w = shape::resolvePadding(shapeOf(from), sliding);
    if (op.getKind() == "max") {
      Value windows = windowsOf(f, op.getInput(), w, -std::numeric_limits<double>::infinity());
      rewriter.replaceOp(op, maxOver(f, windows, 1 + spatial, spatial));
      return success();
    }
    Value sum = sumOver(f, windowsOf(f, op.getInput(), w), 1 + spatial, spatial);
    auto isPositive = [](int64_t count) { return count > 0; };
    bool isPadded = llvm::any_of(w.low, isPositive) || llvm::any_of(w.high, isPositive);
    rewriter.replaceOp(op, isPadded ? f.div(sum, elementsPerWindow(f, w, from, to))
                                    : f.div(sum, static_cast<double>(llvm::product_of(size))));
    return success();
  }
};

struct ExpandGlobalPool : OpRewritePattern<GlobalPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GlobalPoolOp op, PatternRewriter &rewriter) const override {
    Formula f(rewriter, op.getLoc());
    ArrayRef<int64_t> spatial = tensorType(op.getInput()).getShape().drop_front().drop_back();
    int64_t rank = spatial.size();
    Value y = op.getKind() == "max" ? maxOver(f, op.getInput(), 1, rank)
                                    : f.div(sumOver(f, op.getInput(), 1, rank),
                                            static_cast<double>(llvm::product_of(spatial)));
    if (op.getKeepdims())
      y = ViewAsOp::create(rewriter, f.loc, op.getType(), y);
    rewriter.replaceOp(op, y);
    return success();
  }
};

} // namespace

void ingot::populateConvExpansions(RewritePatternSet &patterns) {
  patterns.add<ExpandConv, ExpandPool, ExpandGlobalPool>(patterns.getContext());
}
