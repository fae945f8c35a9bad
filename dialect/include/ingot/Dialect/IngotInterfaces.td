//===- IngotInterfaces.td - what the compiler asks of an op ----*- tablegen -*-===//
#ifndef INGOT_INTERFACES_TD
#define INGOT_INTERFACES_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    The reverse-mode rule of one op. The rules live beside the pass that uses
    them (`compiler/autodiff/rules/`) and are attached as external models, so
    that the dialect itself knows no compilation stage.
  }];
  let methods = [
    InterfaceMethod<[{
      Emits the vector-Jacobian product at the builder. `cotangents` has one
      entry a result, null where that result does not reach the loss; the rule
      adds `cotangent * d(result)/d(operand)` for every active operand.
    }], "::llvm::LogicalResult", "buildVJP",
    (ins "::mlir::OpBuilder &":$builder,
         "::mlir::ArrayRef<::mlir::Value>":$cotangents,
         "::ingot::GradientMap &":$gradients)>
  ];
}

def BatchableOpInterface : OpInterface<"BatchableOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    The same computation for many rows at once ("vmap"): a new dimension of
    `size` elements at position `axis` of the operands that are `mapped` and of
    every result. Time steps leave a scan by it (axis 0), and a layer is applied
    to each step of a sequence by it (axis 1, behind the batch). An op that
    mixes rows has no rule, which is what keeps it where it is. An op with a
    body sees what has the new dimension by its operands alone. Rules are
    external models, `compiler/batching/rules/`.
  }];
  let methods = [
    InterfaceMethod<[{
      Emits the op with the new dimension at the builder and returns its
      results, or failure if it mixes rows. At least one operand is mapped;
      `axis` is at most the rank of each mapped operand before and of each result.
    }], "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildBatched",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
         "::llvm::ArrayRef<bool>":$mapped, "int64_t":$axis, "int64_t":$size)>,
    InterfaceMethod<[{
      The same for rows that are calls of their own: an op that draws random
      numbers draws for each row anew, where `buildBatched` repeats what it drew.
    }], "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildCalls",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
         "::llvm::ArrayRef<bool>":$mapped, "int64_t":$axis, "int64_t":$size),
    "", [{
      return ::llvm::cast<::ingot::BatchableOpInterface>($_op.getOperation())
          .buildBatched(builder, operands, mapped, axis, size);
    }]>,
    InterfaceMethod<[{
      Emits the sum over the new dimension in one op, with the type of the
      result as it is; null if there is no such op.
    }], "::mlir::Value", "buildBatchedSum",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
         "::llvm::ArrayRef<bool>":$mapped, "int64_t":$axis, "int64_t":$size),
    "", "return ::mlir::Value();">
  ];
}

def MaskOpInterface : OpInterface<"MaskOpInterface"> {
  let cppNamespace = "::ingot";
  let description = [{
    How Keras' masks go through a layer, for `ingot-propagate-masks`. An op that
    only names the interface passes the mask of its first operand on to its first
    result. A layer without it supports no masks, as Keras says: they end there.
  }];
  let methods = [
    InterfaceMethod<[{
      Gives the results their masks, and the op the masks that it heeds. Masks are
      ordinary values, made at the builder, which stands before the op.
    }], "void", "propagateMasks", (ins "::mlir::OpBuilder &":$builder, "::ingot::MaskMap &":$masks),
    "", "(void)builder; masks.set($_op->getResult(0), masks.lookup($_op->getOperand(0)));">
  ];
}

#endif // INGOT_INTERFACES_TD
