//===- Resolve.h - Keras objects as plain values of the graph --*- C++ -*-===//
//
// Shared by all front ends: a Spec comes from a string or an object of the DSL,
// or from Keras JSON. An unknown name throws Unsupported, a bad argument Error,
// both at the place of the Spec.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "graph/Graph.h"
#include "ingot/Spec.h"

#include <string>

namespace ingot {

/// The canonical name ("silu" of "swish"); "linear" for none.
std::string resolveActivation(const Spec &activation);

/// Numbers for a weight of this shape, by Keras' formulas.
graph::Initializer resolveInitializer(const Spec &initializer,
                                      const graph::Shape &shape);

/// Zeros for none.
graph::Regularizer resolveRegularizer(const Spec &regularizer);

/// Every hyper-parameter, those with their default too.
graph::Optimizer resolveOptimizer(const Spec &optimizer);

/// `loss` must not be none.
graph::Loss resolveLoss(const Spec &loss);

/// What the user passes as y for this loss. Throws Error at `loc` if the loss
/// cannot be taken of `output`, which is called `name` and `made` at another place.
graph::TensorType targetType(const graph::Loss &loss,
                             const graph::TensorType &output,
                             const std::string &name, const SourceLocation &loc,
                             const Note &made);

/// Whether `metric` has the name of a metric.
bool isMetric(const Spec &metric);

/// The kind of a metric, "accuracy" chosen by shape as Keras does, and its key
/// without the prefix that several outputs need.
graph::Metric resolveMetric(const Spec &metric, const graph::TensorType &output,
                            const graph::TensorType &target);

} // namespace ingot
