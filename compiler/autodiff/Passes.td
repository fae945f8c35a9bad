//===- Passes.td - reverse-mode differentiation ----------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def DifferentiatePass : Pass<"ingot-differentiate", "::mlir::ModuleOp"> {
  let summary = "replace ingot.gradients by the backward pass";
  let description = [{
    Walks an entry's block backwards from the loss and asks each op for its
    vector-Jacobian product through `DifferentiableOpInterface`. Forward values
    are used directly, so the result is one block without a tape. Variables
    that are not named get no gradient code.

    Precondition: tier 2 only. An op on the path that has no rule is an error at
    the user's location. Cost: linear in the ops.
    Example: tests/lit/autodiff/differentiate.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
