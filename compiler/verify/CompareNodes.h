//===- CompareNodes.h - calls of layers against a case ----------*- C++ -*-===//
#pragma once

#include "ingot/Model.h"
#include "keras/Json.h"
#include "verify/Report.h"

#include <vector>

namespace ingot::verify {

/// Compares the calls of every layer of `model` with `nodes`, the contents of
/// nodes.json, and answers its queries by the methods of Layer that users call.
std::vector<Check> compareNodes(const Model &model, const json::Value &nodes);

} // namespace ingot::verify
