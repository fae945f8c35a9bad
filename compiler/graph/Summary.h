//===- Summary.h - Keras' table of a model ----------------------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"

#include <string>
#include <vector>

namespace ingot::graph {

struct SummaryStyle {
  /// The layers of a nested model stand below it, and what a wrapper applies
  /// below the wrapper.
  bool expandNested = false;
  /// A column that says which layers train.
  bool showTrainable = false;
  /// Width of the table; longer cells take several lines. 0: as wide as the
  /// cells are.
  unsigned lineLength = 0;
};

/// What the table says about one layer.
struct SummaryRow {
  const Layer *layer = nullptr;
  /// 0 for a layer of the model itself, 1 for one in such a layer, ...
  unsigned depth = 0;
  /// The calls that belong to the model, by their index in `layer->nodes`; none
  /// for a layer that a wrapper applies.
  std::vector<unsigned> nodes;
  /// The calls; for a layer that a wrapper applies, what the wrapper does with it.
  std::vector<const Node *> calls;

  /// What the nodes are made on, one after the other.
  std::vector<TensorRef> inputs() const;
};

/// Rows in Keras' `model.layers` order.
std::vector<SummaryRow> summaryRows(const Model &model, bool expandNested = false);

/// The table: name (type), output shape, parameters, and the totals; with
/// "Connected to", `name[node][tensor]`, when the graph is not a chain.
std::string summary(const Model &model, const SummaryStyle &style = {});

/// 55050 -> "55,050"
std::string withSeparators(int64_t number);

} // namespace ingot::graph
