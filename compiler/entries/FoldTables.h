//===- FoldTables.h - linear maps into the tables before them ---*- C++ -*-===//
//
// What is done to each row that was looked up can be done to all rows of the table
// before: an embedding that feeds only a linear map becomes one smaller table, and
// a lookup in it is all that is left of both.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "entries/WeightValues.h"

namespace ingot {

/// Moves lookups in `entry` behind what is done to the rows, where that is a function
/// of the row and of weights, has a contraction in it, and the new tables are
/// together smaller than the old one. Element for element the operations are the
/// same, so bits are. New tables are values of weights, in the entry.
void foldTables(EntryOp entry);

} // namespace ingot
