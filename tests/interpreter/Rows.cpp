//===- Rows.cpp - rows of tables, one index at a time --------------------===//

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

/// The part of `elements` that row `index` of a table of `rows` rows is; nothing if
/// there is no such row.
static std::optional<size_t> firstOf(int32_t index, int64_t rows, size_t width) {
  if (index < 0 || index >= rows)
    return std::nullopt;
  return static_cast<size_t>(index) * width;
}

static LogicalResult refuse(Operation *op, int32_t index, int64_t rows) {
  return op->emitError("index ") << index << " is not in [0, " << rows << ")";
}

/// Elements of one row.
static size_t widthOf(const Shape &table) {
  return static_cast<size_t>(elementCount(Shape(table.begin() + 1, table.end())));
}

template <typename Real> static LogicalResult evaluateGather(GatherRowsOp op, Frame<Real> &frame) {
  const Tensor<Real> &table = frame.get(op.getTable());
  const size_t width = widthOf(table.shape);
  std::vector<Real> y;
  for (int32_t index : frame.get(op.getIds()).integers()) {
    auto first = firstOf(index, table.shape[0], width);
    if (!first)
      return refuse(op, index, table.shape[0]);
    auto row = table.reals().begin() + static_cast<ptrdiff_t>(*first);
    y.insert(y.end(), row, row + static_cast<ptrdiff_t>(width));
  }
  frame.set(op.getResult(), {frame.shapeOf(op.getResult().getType()), std::move(y)});
  return success();
}

template <typename Real> static LogicalResult evaluateScatter(ScatterRowsOp op, Frame<Real> &frame) {
  auto table = Tensor<Real>::filled(frame.shapeOf(op.getResult().getType()), 0);
  const size_t width = widthOf(table.shape);
  const auto &rows = frame.get(op.getRows()).reals();
  size_t next = 0;
  for (int32_t index : frame.get(op.getIds()).integers()) {
    auto first = firstOf(index, table.shape[0], width);
    if (!first)
      return refuse(op, index, table.shape[0]);
    for (size_t i = 0; i < width; ++i)
      table.reals()[*first + i] += rows[next++];
  }
  frame.set(op.getResult(), std::move(table));
  return success();
}

template <typename Real> void addRowRules(RuleTable<Real> &table) {
  table.template add<GatherRowsOp>(evaluateGather<Real>);
  table.template add<ScatterRowsOp>(evaluateScatter<Real>);
}

template void addRowRules(RuleTable<float> &);
template void addRowRules(RuleTable<double> &);

} // namespace ingot::interpreter
