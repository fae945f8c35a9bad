//===- Passes.td - tier 1 to tier 2 ----------------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def PropagateMasksPass : Pass<"ingot-propagate-masks", "::mlir::ModuleOp"> {
  let summary = "masks of layers to the layers, losses and metrics that heed them";
  let description = [{
    Walks each entry once, by the `MaskOpInterface` of its ops. Masks are values
    like others afterwards: `ingot.lstm`, `ingot.mean_loss` and `ingot.metric` have
    them as operands. A layer that supports no masks ends them, with a warning at
    the user's line, as in Keras. Calls of models are inlined before.
    Example: tests/lit/expand/masks.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

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
