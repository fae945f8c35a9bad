//===- CompareSummary.h - the summary against a case ------------*- C++ -*-===//
#pragma once

#include "ingot/Model.h"
#include "keras/Json.h"
#include "verify/Report.h"

#include <vector>

namespace ingot::verify {

/// Compares the rows of the summary of `model`, in order, with `rows`, and the
/// totals with `parameters`: `summary_rows` and `params` of case.json.
std::vector<Check> compareSummary(const Model &model, const json::Value &rows, const json::Value &parameters);

} // namespace ingot::verify
