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

def UpdateRowsOp : Ingot_Op<"update_rows", [SingleBlock, RecursiveMemoryEffects, RecursivelySpeculatable]> {
  let summary = "new rows for those of tables that indices name, each once";
  let description = [{
    Rows of equal index are added up first, in their order. Then the body runs
    once for each index: it gets that sum and the row of each table, and yields
    what the row of each table becomes. All other rows stay. So an optimizer's
    step on a table costs what the batch's rows do.

    ```mlir
    %w1, %a1 = ingot.update_rows %ids, %g : tensor<?x5xi32>, tensor<?x5x8xf32>
        tables(%w, %a : tensor<100x8xf32>, tensor<100x8xf32>)
        -> (tensor<100x8xf32>, tensor<100x8xf32>) {
    ^bb0(%sum: tensor<8xf32>, %w_row: tensor<8xf32>, %a_row: tensor<8xf32>):
      %w2, %a2 = ingot.apply_adagrad %w_row, %sum rate %rate slots %a_row {epsilon = 1.0e-7 : f32}
          : (tensor<8xf32>, tensor<8xf32>, tensor<f32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
      ingot.yield %w2, %a2 : tensor<8xf32>, tensor<8xf32>
    }
    ```

    Constraints: update_rows_c1, tables are static and have equally many rows, and
    results are of their types. update_rows_c2, the body's arguments are one of
    `rows` and a row of each table. update_rows_c3, it yields a row of each table.
  }];
  let arguments = (ins LabelTensor:$ids, FloatTensor:$rows, Variadic<NumberTensor>:$tables);
  let results = (outs Variadic<NumberTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $ids `,` $rows `:` type($ids) `,` type($rows) `tables` `(` $tables `:` type($tables) `)`
    `->` `(` type($results) `)` $body attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
  }];
}

def DecayOp : Ingot_Op<"decay", [Pure, AllTypesMatch<["x", "result"]>]> {
  let summary = "x * rate^(now - last): what steps without a gradient leave of a mean";
  let description = [{
    `last` has the first axes of `x`: the step that each row of it is of.
    Constraints: decay_c1, the shape of `last` begins that of `x`.
  }];
  let arguments = (ins FloatTensor:$x, LabelTensor:$last, CounterTensor:$now, F64Attr:$rate);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `since` $last `until` $now `by` $rate attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def AssignOp : Ingot_Op<"assign", [Pure, AllTypesMatch<["old", "result"]>]> {
  let summary = "every element becomes `value`, in the memory of what was there";
  let description = "Constraints: assign_c1, `value` is a scalar of the same kind.";
  let arguments = (ins NumberTensor:$old, 0DTensorOf<[F32, I32]>:$value);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$value `to` $old attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif // INGOT_ROW_OPS_TD
