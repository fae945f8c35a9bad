//===- IngotScanOps.td - recurrence ----------------------------*- tablegen -*-===//
#ifndef INGOT_SCAN_OPS_TD
#define INGOT_SCAN_OPS_TD

include "ingot/Dialect/IngotDialect.td"
include "mlir/Interfaces/LoopLikeInterface.td"

def ScanOp : Ingot_Op<"scan", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects,
    RecursivelySpeculatable, DeclareOpInterfaceMethods<LoopLikeOpInterface>]> {
  let summary = "a step repeated over the slices of stacked tensors";
  let description = [{
    Step t sees the carries and slice t of each of `xs`, which are stacked on
    dimension 0; values from outside are used as they are. The body's arguments
    are the carries, then the slices; it yields the next carries, then one
    slice of each result that is stacked. Results are the last carries, then
    the stacks. With `reverse`, steps run from length-1 to 0 and a slice is
    stored at the index of its step.

    ```mlir
    %h, %hs = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>)
        -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
    ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
      %sum = ingot.add %before, %step : tensor<?x8xf32>
      %after = ingot.tanh %sum : tensor<?x8xf32>
      ingot.yield %after, %after : tensor<?x8xf32>, tensor<?x8xf32>
    }
    ```

    Constraints: scan_c1, `length` > 0 and dimension 0 of each of `xs`. scan_c2,
    the body's arguments have the types of the carries and slices. scan_c3, it
    yields as many values as there are results; carries keep their type, and a
    stack is `length` of what is yielded for it.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$carries, Variadic<AnyRankedTensor>:$xs,
      I64Attr:$length, UnitAttr:$reverse);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $length (`reverse` $reverse^)? (`inits` `(` $carries^ `:` type($carries) `)`)?
    (`xs` `(` $xs^ `:` type($xs) `)`)? `->` `(` type($results) `)` $body attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
    unsigned numCarries() { return getCarries().size(); }
    unsigned numStacks() { return getNumResults() - numCarries(); }
    ::mlir::BlockArgument carry(unsigned i) { return block().getArgument(i); }
    ::mlir::BlockArgument slice(unsigned i) { return block().getArgument(numCarries() + i); }
    ::mlir::OperandRange nextCarries() { return block().getTerminator()->getOperands().take_front(numCarries()); }
    ::mlir::OperandRange yieldedSlices() { return block().getTerminator()->getOperands().drop_front(numCarries()); }
    ::mlir::ResultRange lastCarries() { return getResults().take_front(numCarries()); }
    ::mlir::ResultRange stacks() { return getResults().drop_front(numCarries()); }
  }];
}

def YieldOp : Ingot_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["ScanOp", "TimeDistributedOp", "UpdateRowsOp"]>]> {
  let summary = "ends a step, or a row";
  let arguments = (ins Variadic<AnyRankedTensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif // INGOT_SCAN_OPS_TD
