//===- Rows.cpp - rows of tables, one index at a time --------------------===//

#include "Frame.h"

#include <cmath>
#include <map>

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

/// Row `index` of a table, as a tensor.
template <typename Real> static Tensor<Real> rowOf(const Tensor<Real> &table, size_t index) {
  const Shape shape(table.shape.begin() + 1, table.shape.end());
  const auto width = static_cast<ptrdiff_t>(widthOf(table.shape));
  return std::visit(
      [&](const auto &elements) {
        const auto first = elements.begin() + static_cast<ptrdiff_t>(index) * width;
        return Tensor<Real>{shape, std::decay_t<decltype(elements)>(first, first + width)};
      },
      table.data);
}

template <typename Real> static void setRow(Tensor<Real> &table, size_t index, const Tensor<Real> &row) {
  std::visit(
      [&](auto &elements) {
        const auto &from = std::get<std::decay_t<decltype(elements)>>(row.data);
        std::copy(from.begin(), from.end(), elements.begin() + static_cast<ptrdiff_t>(index * from.size()));
      },
      table.data);
}

template <typename Real> static LogicalResult evaluateUpdate(UpdateRowsOp op, Frame<Real> &frame) {
  std::vector<Tensor<Real>> tables;
  for (Value table : op.getTables())
    tables.push_back(frame.get(table));
  const Shape row = frame.shapeOf(op.block().getArgument(0).getType());
  const auto width = static_cast<size_t>(elementCount(row));
  std::map<int32_t, Tensor<Real>> sums;
  size_t next = 0;
  for (int32_t index : frame.get(op.getIds()).integers()) {
    Tensor<Real> &sum = sums.try_emplace(index, Tensor<Real>::filled(row, 0)).first->second;
    for (size_t i = 0; i < width; ++i)
      sum.reals()[i] += frame.get(op.getRows()).reals()[next++];
  }
  for (const auto &[index, sum] : sums) {
    if (index < 0 || index >= tables[0].shape[0])
      return refuse(op, index, tables[0].shape[0]);
    const auto at = static_cast<size_t>(index);
    frame.set(op.block().getArgument(0), sum);
    for (auto [argument, table] : llvm::zip(op.block().getArguments().drop_front(), tables))
      frame.set(argument, rowOf(table, at));
    if (failed(runBlock(op.block(), frame)))
      return failure();
    for (auto [value, table] : llvm::zip(op.block().getTerminator()->getOperands(), tables))
      setRow(table, at, frame.get(value));
  }
  for (auto [result, table] : llvm::zip(op.getResults(), tables))
    frame.set(result, std::move(table));
  return success();
}

template <typename Real> static LogicalResult evaluateDecay(DecayOp op, Frame<Real> &frame) {
  Tensor<Real> x = frame.get(op.getX());
  const auto &last = frame.get(op.getLast()).integers();
  const int32_t now = frame.get(op.getNow()).integers().front();
  const size_t width = x.reals().size() / last.size();
  for (size_t i = 0; i < x.reals().size(); ++i)
    x.reals()[i] *= static_cast<Real>(std::pow(op.getRate().convertToDouble(), now - last[i / width]));
  frame.set(op.getResult(), std::move(x));
  return success();
}

template <typename Real> static LogicalResult evaluateAssign(AssignOp op, Frame<Real> &frame) {
  Tensor<Real> all = frame.get(op.getOld());
  std::visit(
      [&](auto &elements) {
        std::fill(elements.begin(), elements.end(), std::get<std::decay_t<decltype(elements)>>(frame.get(op.getValue()).data)[0]);
      },
      all.data);
  frame.set(op.getResult(), std::move(all));
  return success();
}

template <typename Real> void addRowRules(RuleTable<Real> &table) {
  table.template add<GatherRowsOp>(evaluateGather<Real>);
  table.template add<ScatterRowsOp>(evaluateScatter<Real>);
  table.template add<UpdateRowsOp>(evaluateUpdate<Real>);
  table.template add<DecayOp>(evaluateDecay<Real>);
  table.template add<AssignOp>(evaluateAssign<Real>);
}

template void addRowRules(RuleTable<float> &);
template void addRowRules(RuleTable<double> &);

} // namespace ingot::interpreter
