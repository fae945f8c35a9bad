//===- Frame.h - the state of a running entry, and its ops -----*- C++ -*-===//
//
// Private to the interpreter: what a rule for an op gets, and the table in which
// the families of rules enter themselves.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Interpreter.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <functional>

namespace ingot::interpreter {

/// Values that were computed so far.
template <typename Real> class Frame {
public:
  explicit Frame(const Call<Real> &call) : call(call) {}

  const Tensor<Real> &get(mlir::Value value) const { return tensors.find(value)->second; }
  void set(mlir::Value value, Tensor<Real> tensor) { tensors[value] = std::move(tensor); }
  int64_t getSize(mlir::Value value) const { return sizes.lookup(value); }
  void setSize(mlir::Value value, int64_t size) { sizes[value] = size; }

  /// The shape of `type` in this call.
  Shape shapeOf(mlir::Type type) const {
    Shape shape = ingot::shapeOf(type);
    std::replace(shape.begin(), shape.end(), shape::kDynamic, call.batch);
    return shape;
  }

  const Call<Real> &call;
  Result<Real> result;

private:
  llvm::DenseMap<mlir::Value, Tensor<Real>> tensors;
  llvm::DenseMap<mlir::Value, int64_t> sizes;
};

/// Computes the results of an op into the frame.
template <typename Real> using Rule = std::function<mlir::LogicalResult(mlir::Operation *, Frame<Real> &)>;

template <typename Real> class RuleTable {
public:
  /// `rule` takes the op and the frame, and sets the op's results.
  template <typename Op, typename Fn> void add(Fn rule) {
    rules[Op::getOperationName()] = [rule](mlir::Operation *op, Frame<Real> &frame) {
      return rule(llvm::cast<Op>(op), frame);
    };
  }
  const Rule<Real> *find(llvm::StringRef operation) const {
    auto it = rules.find(operation);
    return it == rules.end() ? nullptr : &it->second;
  }

private:
  llvm::StringMap<Rule<Real>> rules;
};

/// Runs the ops of `block`, whose arguments are set.
template <typename Real> mlir::LogicalResult runBlock(mlir::Block &block, Frame<Real> &frame);

template <typename Real> void addElementwiseRules(RuleTable<Real> &table);
template <typename Real> void addShapeRules(RuleTable<Real> &table);
template <typename Real> void addContractRules(RuleTable<Real> &table);
template <typename Real> void addConvRules(RuleTable<Real> &table);
template <typename Real> void addLastAxisRules(RuleTable<Real> &table);
template <typename Real> void addRowRules(RuleTable<Real> &table);
template <typename Real> void addScanRules(RuleTable<Real> &table);
template <typename Real> void addVariableRules(RuleTable<Real> &table);
template <typename Real> void addOptimizerRules(RuleTable<Real> &table);
template <typename Real> void addRandomRules(RuleTable<Real> &table);

/// Calls `visit` with each position in `shape`, in row-major order.
template <typename Fn> void forEachPosition(const Shape &shape, Fn visit) {
  Shape at(shape.size(), 0);
  for (int64_t left = elementCount(shape); left > 0; --left) {
    visit(at);
    for (size_t i = shape.size(); i-- > 0;) {
      if (++at[i] < shape[i])
        break;
      at[i] = 0;
    }
  }
}

/// Row-major number of the element of `shape` at `at`.
inline size_t offsetOf(const Shape &shape, const Shape &at) {
  int64_t offset = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    offset = offset * shape[i] + at[i];
  return static_cast<size_t>(offset);
}

} // namespace ingot::interpreter
