//===- IngotDialect.td - the ingot dialect ---------------------*- tablegen -*-===//
//
// The dialect, its attributes' helpers and the base classes of its op families.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_DIALECT_TD
#define INGOT_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def Ingot_Dialect : Dialect {
  let name = "ingot";
  let cppNamespace = "::ingot";
  let summary = "trainable models, from layers down to primitives";
  let description = [{
    Two tiers in one dialect. Tier 1 mirrors what the user wrote: one op a layer
    call, weights as module-level symbols, losses and metrics by their Keras
    names. Tier 2 is a small set of primitives that is closed under
    differentiation; every tier-1 op expands into it.

    Every tensor has at most one dynamic dimension, the batch. It comes first in
    what the user sees; inside a recurrence, stacks of steps stand before it. Its
    size is `ingot.batch`, never a `tensor.dim` of an intermediate.
    Broadcasting is explicit.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

class Ingot_Op<string mnemonic, list<Trait> traits = []>
    : Op<Ingot_Dialect, mnemonic, traits>;

/// Infers its result types by a rule of ShapeRules.h.
def Inferred : DeclareOpInterfaceMethods<InferTypeOpInterface>;

def FloatTensor : RankedTensorOf<[F32]>;
def LabelTensor : RankedTensorOf<[I32]>;
def NumberTensor : RankedTensorOf<[F32, I32]>;
def BoolTensor : RankedTensorOf<[I1]>;
/// Operands of ops that move elements and do not compute with them.
def ElementTensor : RankedTensorOf<[F32, I32, I1]>;
def ScalarTensor : 0DTensorOf<[F32]>;
def CounterTensor : 0DTensorOf<[I32]>;
/// Two words of a random number generator.
def KeyTensor : Type<And<[RankedTensorOf<[I32]>.predicate,
    CPred<"::llvm::cast<::mlir::ShapedType>($_self).getShape() == ::llvm::ArrayRef<int64_t>{2}">]>,
    "tensor of two i32", "::mlir::TensorType">,
  BuildableType<"::mlir::RankedTensorType::get({2}, $_builder.getI32Type())">;

#endif // INGOT_DIALECT_TD
