//===- IngotWrapperOps.td - tier 1: layers that apply layers ---*- tablegen -*-===//
#ifndef INGOT_WRAPPER_OPS_TD
#define INGOT_WRAPPER_OPS_TD

include "ingot/Dialect/IngotLayerOps.td"

def TimeDistributedOp : Ingot_Op<"time_distributed", [SingleBlock, RecursiveMemoryEffects,
    RecursivelySpeculatable, OwnMaskRule]> {
  let summary = "a layer or a model applied to each step of a sequence";
  let description = [{
    Axis 1 is time. For each step the body sees that slice of every input, and
    yields that slice of every result; weights, and values from outside, are the
    same for all. The body is a call of one layer or model, or what that has
    become. Each step is a call of its own: random numbers differ.
    `ingot-distribute-time` replaces the op as soon as the body is primitives.

    ```mlir
    %0 = ingot.time_distributed %frames : tensor<?x20x784xf32> -> tensor<?x20x10xf32> {
    ^bb0(%frame: tensor<?x784xf32>):
      %1 = ingot.call @mlp(%frame) : (tensor<?x784xf32>) -> tensor<?x10xf32>
      ingot.yield %1 : tensor<?x10xf32>
    }
    ```

    Constraints: time_distributed_c1, axis 1 of all inputs and results is of one
    known size, and there is at least one of each. time_distributed_c2, the
    body's arguments have the types of the inputs' slices, and it yields those
    of the results'.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$inputs `:` type($inputs) `->` type($outputs) $body attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &block() { return getBody().front(); }
    /// Of how many slices each input and each result is made.
    int64_t getSteps() {
      return ::llvm::cast<::mlir::RankedTensorType>(getInputs().front().getType()).getDimSize(1);
    }
  }];
}

#endif // INGOT_WRAPPER_OPS_TD
