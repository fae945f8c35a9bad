//===- RowLoops.h - loops over the rows that indices name -------*- C++ -*-===//
//
// What the lowerings of ops on rows of tables share.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "lower/Patterns.h"

namespace ingot {

/// Loops over rows that stand one behind the other.
class RowLoops {
public:
  explicit RowLoops(LinalgBuilder &linalg) : linalg(linalg), b(linalg.builder), loc(linalg.loc) {}

  mlir::Value index(int64_t value);
  /// The first `outer` dimensions of `value` as one.
  mlir::Value flat(mlir::Value value, int64_t outer);
  /// How many elements a tensor of `type` has.
  mlir::Value count(mlir::RankedTensorType type);

  /// for i in begin..end by step: carried = body(i, carried)
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(mlir::Value begin, mlir::Value end, int64_t step, mlir::ValueRange carried,
                                      Body body);
  /// for i in 0..end
  llvm::SmallVector<mlir::Value> loop(mlir::Value end, mlir::ValueRange carried, Body body) {
    return loop(index(0), end, 1, carried, body);
  }

  /// Row `i` of `table`, and the table with another row `i`.
  mlir::Value row(mlir::Value table, mlir::Value i);
  mlir::Value setRow(mlir::Value table, mlir::Value i, mlir::Value row);
  /// `size` rows of `table` from `begin` on, and the table with others there.
  mlir::Value block(mlir::Value table, mlir::Value begin, mlir::Value size);
  mlir::Value setBlock(mlir::Value table, mlir::Value begin, mlir::Value size, mlir::Value rows);

  /// Element `i` of a list of indices, to name a row by.
  mlir::Value element(mlir::Value list, mlir::Value i);
  /// `body` on two rows, the second being the destination.
  mlir::Value combine(mlir::Value row, mlir::Value into, GenericBody body);
  /// `table` with `row` added to its row `i`.
  mlir::Value addRow(mlir::Value table, mlir::Value i, mlir::Value row);

private:
  LinalgBuilder &linalg;
  mlir::OpBuilder &b;
  mlir::Location loc;
};

/// The indices of a list without repetition, in the order in which they are first
/// seen.
struct UnitedRows {
  /// As long as the list; the first `count` of it mean something.
  mlir::Value indices, count;
  /// For each index, the sum of its rows, if there are rows; else, for each element
  /// of the list, where its index is among these.
  mlir::Value sums, places;
};

/// Unites `ids` of any shape; `rows` is null or has a row for each of them.
UnitedRows uniteRows(LinalgBuilder &linalg, mlir::Value ids, mlir::Value rows);

/// Asks for the rows of an index that comes after `i`. They are anywhere in memory,
/// so that the processor has no guess, and one row is not work enough to wait for
/// another.
void prefetchRows(LinalgBuilder &linalg, mlir::ValueRange tables, const UnitedRows &united, mlir::Value i,
                  bool areWritten);

/// The tables after the body of `op` ran for those of the united indices that stand
/// from `begin` to `end`; `sumOf` gives the sum of the rows of one.
llvm::SmallVector<mlir::Value> updateRows(UpdateRowsOp op, LinalgBuilder &linalg, const UnitedRows &united,
                                          mlir::Value begin, mlir::Value end, mlir::ValueRange tables,
                                          llvm::function_ref<mlir::Value(mlir::Value)> sumOf);

} // namespace ingot
