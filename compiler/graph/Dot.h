//===- Dot.h - a model as a drawing -----------------------------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"

#include <string>

namespace ingot::graph {

/// The model in Graphviz' language: a box a layer, an arrow a tensor. A layer
/// that is called several times is one box with a column for each call; a
/// nested model is a frame around its layers. Equal models give equal text.
std::string dot(const Model &model);

} // namespace ingot::graph
