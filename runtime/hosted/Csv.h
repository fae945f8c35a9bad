//===- Csv.h - lines of comma-separated values -----------------*- C++ -*-===//
#pragma once

#include <string>
#include <vector>

namespace ingot::rt {

/// The cells as RFC 4180 writes them, with a line break at the end ("\n", as
/// most readers want it).
std::string csvLine(const std::vector<std::string> &cells, char separator);

/// The shortest text that reads back as `value`.
std::string csvNumber(double value);

} // namespace ingot::rt
