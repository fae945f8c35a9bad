//===- Passes.td - tier 1 to tier 2 ----------------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def ExpandLayersPass : Pass<"ingot-expand-layers", "::mlir::ModuleOp"> {
  let summary = "layer calls to primitives";
  let description = [{
    Each layer op becomes its formula in primitives; weights become
    `ingot.read`. Losses and metrics are left, so that `ingot-fuse-loss` still
    sees which activation feeds a loss.
    Example: tests/lit/expand/layers.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def FuseLossPass : Pass<"ingot-fuse-loss", "::mlir::ModuleOp"> {
  let summary = "a cross-entropy directly after its activation takes the logits";
  let description = [{
    `crossentropy(softmax(x))` and `binary_crossentropy(sigmoid(x))` become the
    form `from_logits` of x, which trains out of saturation. Only where the
    prediction is directly the activation, as Keras' default backend does; the
    probabilities stay as an output.
    Example: tests/lit/expand/fuse-loss.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def ExpandLossesPass : Pass<"ingot-expand-losses", "::mlir::ModuleOp"> {
  let summary = "losses and metrics to primitives";
  let description = [{
    Afterwards an entry is in tier 2 but for `ingot.gradients` and
    `ingot.update`. Example: tests/lit/expand/losses.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
