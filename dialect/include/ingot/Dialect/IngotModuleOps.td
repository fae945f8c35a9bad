//===- IngotModuleOps.td - symbols of a module -----------------*- tablegen -*-===//
#ifndef INGOT_MODULE_OPS_TD
#define INGOT_MODULE_OPS_TD

include "ingot/Dialect/IngotDialect.td"

def VariableOp : Ingot_Op<"variable", [Symbol]> {
  let summary = "a named weight or state tensor";
  let description = [{
    Declares one tensor that outlives a call. A layer that is called twice, or
    shared between models, names the same symbol twice.

    `role` says in which of the caller's blocks it lives: `weight` in `params`,
    `slot` and `counter` in the optimizer's `state`. A `frozen` weight gets no
    gradient. `init` is a dictionary with `kind` (`constant`, `uniform`,
    `normal`, `truncated_normal`, `orthogonal`), its numbers `a` and `b` (as
    `ingot.random` has them; of `orthogonal`, `a` is the gain), and an optional
    `seed`; or `kind` is `concat`, and `parts` are such dictionaries of `sizes`,
    one after the other in the last axis; or it is `seed_key`, that of the seed that
    `init` gets. `sparse` says that only rows which a batch looks up get a gradient:
    the step of some optimizers then leaves the others, and a slot `last_step` of one
    integer a row tells what they have missed. `l1` and `l2` are the factors of the
    regularization loss `l1 * sum|w| + l2 * sum(w * w)`. A slot names its weight in `of`.

    ```mlir
    ingot.variable @dense.kernel : tensor<784x64xf32>
        init {kind = "uniform", a = -0.08 : f64, b = 0.08 : f64}
    ```

    Constraints: variable_c1, the type is static. variable_c2, `init` is well
    formed. variable_c3, a slot has the shape of the weight it belongs to, or one
    element for each of its rows.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<NumberTensor>:$type,
      DictionaryAttr:$init, DefaultValuedStrAttr<StrAttr, "weight">:$role,
      OptionalAttr<FlatSymbolRefAttr>:$of, UnitAttr:$frozen,
      OptionalAttr<F64Attr>:$l1, OptionalAttr<F64Attr>:$l2, UnitAttr:$sparse);
  let assemblyFormat = [{
    $sym_name (`frozen` $frozen^)? (`sparse` $sparse^)? `:` $type `init` $init
    (`of` $of^)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getType());
    }
    bool isWeight() { return getRole() == "weight"; }
    bool isTrainable() { return isWeight() && !getFrozen(); }
  }];
}

class Ingot_FunctionLike<string mnemonic> : Ingot_Op<mnemonic, [
    FunctionOpInterface, IsolatedFromAbove, AutomaticAllocationScope]> {
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  code functionDeclarations = [{
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    ::mlir::Block &block() { return getBody().front(); }
  }];
}

def ModelOp : Ingot_FunctionLike<"model"> {
  let summary = "a functional model";
  let description = [{
    A pure function of its inputs and of the variables that its ops name. The
    user's names of inputs and outputs are the attribute `ingot.name` of
    arguments and results.

    ```mlir
    ingot.model @mnist(%pixels: tensor<?x784xf32> {ingot.name = "pixels"})
        -> (tensor<?x10xf32> {ingot.name = "digit"}) {
      %0 = ingot.dense %pixels units(10) act("softmax") kernel(@digit.kernel)
          bias(@digit.bias) : tensor<?x784xf32> -> tensor<?x10xf32>
      ingot.return %0 : tensor<?x10xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
      OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let extraClassDeclaration = functionDeclarations;
}

def EntryOp : Ingot_FunctionLike<"entry"> {
  let summary = "a function of the emitted object";
  let description = [{
    Derived from a model: `kind` is `init`, `init_state`, `predict`,
    `evaluate`, `train_step`, `gradients` or `apply_gradients`. Entries read and write
    variables; they are what later stages lower, and the only ops that reach
    the object file. An argument's `ingot.role` says what it is: `input`,
    `target`, `sample_weight`, `seed` or `stream`; results are the model's outputs.

    `prepare` and `predict_prepared` are `predict` in two parts: results of the
    first, which has no batch, are arguments of the second, with the role `prepared`
    and the same `ingot.name`.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
      StrAttr:$kind, OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let hasVerifier = 1;
  let extraClassDeclaration = functionDeclarations;
}

def ReturnOp : Ingot_Op<"return", [Pure, Terminator, ReturnLike,
    ParentOneOf<["ModelOp", "EntryOp"]>]> {
  let summary = "ends a model or an entry";
  let arguments = (ins Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = "attr-dict ($results^ `:` type($results))?";
  let hasVerifier = 1;
}

def CompileOp : Ingot_Op<"compile"> {
  let summary = "what compile() said about a model";
  let description = [{
    Attributes only. `optimizer` is a dictionary with `class_name` and every
    hyper-parameter under its Keras name. `outputs` has one dictionary an
    output: `name`, `loss` (absent if the output is not trained),
    `from_logits`, `label_smoothing`, `loss_weight`, `metrics` (an array of
    `{kind, key}`) and `target`, the type of what the user passes as y.
  }];
  let arguments = (ins FlatSymbolRefAttr:$model, DictionaryAttr:$optimizer,
      TypedArrayAttrBase<DictionaryAttr, "one dictionary an output">:$outputs);
  let assemblyFormat = "$model `optimizer` $optimizer `outputs` $outputs attr-dict";
  let hasVerifier = 1;
}

#endif // INGOT_MODULE_OPS_TD
