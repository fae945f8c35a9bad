//===- IngotRecurrentOps.td - tier 1: recurrent layers ---------*- tablegen -*-===//
#ifndef INGOT_RECURRENT_OPS_TD
#define INGOT_RECURRENT_OPS_TD

include "ingot/Dialect/IngotLayerOps.td"

def LSTMOp : Ingot_LayerOp<"lstm", [OwnMaskRule]> {
  let summary = "long short-term memory over the steps of a sequence";
  let description = [{
    Operands are the input (b, t, in), then the initial states h and c (b, units)
    if they are not zeros, then a mask (b, t) if there is one. The gates i, f, c
    and o stand in this order in the last axis of `kernel` (in, 4 units),
    `recurrent_kernel` (units, 4 units) and `bias` (4 units), which is absent if
    `use_bias` is false.

    The first result is the last output (b, units), or with `return_sequences`
    all of them (b, t, units); with `return_state` the last h and c follow. With
    `go_backwards` steps are taken, and their outputs returned, from the last
    one to the first. A masked step repeats state and output of the one before.

    Constraints: lstm_c1, rank 3 and `units` > 0. lstm_c2, states and mask have
    these shapes. lstm_c3, the symbols exist and have these shapes. lstm_c4,
    activations are Keras'.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, I64Attr:$units,
      DefaultValuedStrAttr<StrAttr, "tanh">:$activation,
      DefaultValuedStrAttr<StrAttr, "sigmoid">:$recurrent_activation,
      DefaultValuedAttr<BoolAttr, "true">:$use_bias,
      DefaultValuedAttr<BoolAttr, "false">:$return_sequences,
      DefaultValuedAttr<BoolAttr, "false">:$return_state,
      DefaultValuedAttr<BoolAttr, "false">:$go_backwards,
      FlatSymbolRefAttr:$kernel, FlatSymbolRefAttr:$recurrent_kernel,
      OptionalAttr<FlatSymbolRefAttr>:$bias);
  let results = (outs Variadic<FloatTensor>:$results);
  let assemblyFormat = [{
    $inputs `units` `(` $units `)` `kernel` `(` $kernel `)` `recurrent` `(` $recurrent_kernel `)`
    (`bias` `(` $bias^ `)`)? attr-dict `:` type($inputs) `->` type($results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getInput() { return getInputs().front(); }
    /// h and c, or nothing.
    ::mlir::ValueRange getInitialState() {
      return getInputs().size() < 3 ? ::mlir::ValueRange() : ::mlir::ValueRange(getInputs().slice(1, 2));
    }
    /// Null if every step counts.
    ::mlir::Value getMask() { return getInputs().size() % 2 ? ::mlir::Value() : getInputs().back(); }
    void setMask(::mlir::Value mask) { getInputsMutable().append(mask); }
  }];
}

#endif // INGOT_RECURRENT_OPS_TD
