//===- Statistics.h - comparing with summaries of a tensor -----*- C++ -*-===//
#pragma once

#include "keras/Json.h"
#include "verify/Report.h"

namespace ingot::verify {

/// Compares `tensor` with an entry of `expected.stats`: samples, minimum and
/// maximum within `tolerance`, sums within `tolerance` times the number of
/// elements. A negative tolerance asks for equality as far as the decimals of
/// the entry go.
void compareStatistics(const std::string &name, const Tensor &tensor,
                       const json::Value &statistics, double tolerance,
                       std::vector<Check> &checks);

} // namespace ingot::verify
