//===- IngotRowOps.td - rows of tables -------------------------*- tablegen -*-===//
//
// A table is large and a batch needs few of its rows. Nothing here costs more
// than those rows do, but for a gradient that somebody wants as a whole table.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_ROW_OPS_TD
#define INGOT_ROW_OPS_TD

include "ingot/Dialect/IngotDialect.td"

def GatherRowsOp : Ingot_Op<"gather_rows", [Pure, Inferred]> {
  let summary = "the row of the table that each index names, on new last axes";
  let description = [{
    Indices are those of an input, moved but not computed with, so that the entry
    can check them before it begins.

    Constraints: gather_rows_c1, the table is static and has rows, and there is an
    axis of indices.
  }];
  let arguments = (ins FloatTensor:$table, LabelTensor:$ids);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$table `,` $ids attr-dict `:` type($table) `,` type($ids) `->` type($result)";
}

def ScatterRowsOp : Ingot_Op<"scatter_rows", [Pure]> {
  let summary = "a table of zeros to which each row is added at its index";
  let description = [{
    The adjoint of `ingot.gather_rows`. `ingot-build-train-step` takes indices and
    rows from it where the optimizer needs no more than those.

    Constraints: scatter_rows_c1, `rows` has the shape of what these indices gather
    from the result.
  }];
  let arguments = (ins LabelTensor:$ids, FloatTensor:$rows);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$ids `,` $rows attr-dict `:` type($ids) `,` type($rows) `->` type($result)";
  let hasVerifier = 1;
}

#endif // INGOT_ROW_OPS_TD
