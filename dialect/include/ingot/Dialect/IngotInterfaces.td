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

#endif // INGOT_INTERFACES_TD
