//===- IngotTrainOps.td - variables, gradients, optimizers -----*- tablegen -*-===//
#ifndef INGOT_TRAIN_OPS_TD
#define INGOT_TRAIN_OPS_TD

include "ingot/Dialect/IngotDialect.td"

//===----------------------------------------------------------------------===//
// Variables and gradients of an entry
//===----------------------------------------------------------------------===//

/// The variable exists and has the tensor's type.
def NamesVariable : DeclareOpInterfaceMethods<SymbolUserOpInterface>;

def VariableResource : Resource<"::ingot::VariableResource">;
def GradientResource : Resource<"::ingot::GradientResource">;
def MetricResource : Resource<"::ingot::MetricResource">;

def ReadOp : Ingot_Op<"read", [Pure, NamesVariable]> {
  let summary = "a variable as it was when the entry began";
  let description = [{
    A value, not a load: it may be used until the variable is written, which
    `ingot-verify-inplace` checks.
  }];
  let arguments = (ins FlatSymbolRefAttr:$variable);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$variable attr-dict `:` type($result)";
}

def WriteOp : Ingot_Op<"write", [NamesVariable,
    MemoryEffects<[MemWrite<VariableResource>]>]> {
  let summary = "the variable's value after this call; at most once an entry";
  let arguments = (ins NumberTensor:$value, FlatSymbolRefAttr:$variable);
  let assemblyFormat = "$value `to` $variable attr-dict `:` type($value)";
}

def GradientsOp : Ingot_Op<"gradients", [Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "d loss / d variable, for each variable named";
  let description = [{
    Replaced by `ingot-differentiate` with the backward pass. A variable that
    the loss does not depend on has gradient zero.
  }];
  let arguments = (ins ScalarTensor:$loss, FlatSymbolRefArrayAttr:$variables);
  let results = (outs Variadic<FloatTensor>:$gradients);
  let assemblyFormat = "$loss `wrt` $variables attr-dict `:` functional-type(operands, results)";
}

def GradientReadOp : Ingot_Op<"gradient_read", [Pure, NamesVariable]> {
  let summary = "the caller's gradient of a variable";
  let arguments = (ins FlatSymbolRefAttr:$variable);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$variable attr-dict `:` type($result)";
}

def GradientWriteOp : Ingot_Op<"gradient_write", [NamesVariable,
    MemoryEffects<[MemWrite<GradientResource>]>]> {
  let summary = "stores the gradient of a variable for the caller";
  let arguments = (ins FloatTensor:$value, FlatSymbolRefAttr:$variable);
  let assemblyFormat = "$value `to` $variable attr-dict `:` type($value)";
}

def AccumulateOp : Ingot_Op<"accumulate", [MemoryEffects<[MemWrite<MetricResource>]>]> {
  let summary = "adds a sum and its count to a running mean of the caller";
  let description = "The sum is added with Kahan's compensation. `key` is the metric's name in History.";
  let arguments = (ins StrAttr:$key, ScalarTensor:$sum, Index:$count);
  let assemblyFormat = "$key $sum `,` $count attr-dict `:` type($sum)";
}

//===----------------------------------------------------------------------===//
// Optimizers
//===----------------------------------------------------------------------===//

def UpdateOp : Ingot_Op<"update", [NamesVariable,
    MemoryEffects<[MemWrite<VariableResource>]>]> {
  let summary = "one optimizer step on a variable";
  let description = "Replaced by `ingot-build-train-step` with the optimizer of `ingot.compile`.";
  let arguments = (ins FloatTensor:$gradient, FlatSymbolRefAttr:$variable);
  let assemblyFormat = "$gradient `to` $variable attr-dict `:` type($gradient)";
}

/// New weight and slots from the old ones, a gradient and a step size, in one
/// pass over memory.
class Ingot_ApplyOp<string mnemonic> : Ingot_Op<mnemonic, [Pure]> {
  dag step = (ins FloatTensor:$weight, FloatTensor:$gradient, ScalarTensor:$rate,
      Variadic<FloatTensor>:$slots);
  let results = (outs FloatTensor:$newWeight, Variadic<FloatTensor>:$newSlots);
  let assemblyFormat = [{
    $weight `,` $gradient `rate` $rate (`slots` $slots^)? attr-dict `:`
    functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ApplySGDOp : Ingot_ApplyOp<"apply_sgd"> {
  let summary = "w -= rate * g, with momentum and Nesterov";
  let description = [{
    momentum 0: `w - rate g`. Else, with slot m: `m' = momentum m - rate g`,
    `w' = w + m'`, or with nesterov `w' = w + momentum m' - rate g`.
    Source: keras/src/optimizers/sgd.py.
  }];
  let arguments = !con(step, (ins F32Attr:$momentum, UnitAttr:$nesterov));
}

def ApplyRMSpropOp : Ingot_ApplyOp<"apply_rmsprop"> {
  let summary = "w -= rate * g / sqrt(mean of g^2 + epsilon)";
  let description = [{
    Slots v, then a if centered, then m if momentum > 0.
    `v' = rho v + (1-rho) g^2`; centered: `a' = rho a + (1-rho) g`,
    `d = v' - a'^2 + epsilon`, else `d = v' + epsilon`; `inc = rate g / sqrt(d)`;
    momentum: `m' = momentum m + inc`, `w' = w - m'`, else `w' = w - inc`.
    Source: keras/src/optimizers/rmsprop.py.
  }];
  let arguments = !con(step, (ins F32Attr:$rho, F32Attr:$momentum, F32Attr:$epsilon, UnitAttr:$centered));
}

def ApplyAdagradOp : Ingot_ApplyOp<"apply_adagrad"> {
  let summary = "w -= rate * g / sqrt(sum of g^2 + epsilon)";
  let description = [{
    Slot a: `a' = a + g^2`; `w' = w - rate g / sqrt(a' + epsilon)`.
    Source: keras/src/optimizers/adagrad.py.
  }];
  let arguments = !con(step, (ins F32Attr:$epsilon));
}

def ApplyAdamOp : Ingot_ApplyOp<"apply_adam"> {
  let summary = "w -= rate * m / (sqrt(v) + epsilon)";
  let description = [{
    Slots m, v, then the largest v so far if amsgrad. `m' = m + (1-beta_1)(g-m)`;
    `v' = v + (1-beta_2)(g^2-v)`; `rate` is that of `ingot.adam_rate`.
    Source: keras/src/optimizers/adam.py.
  }];
  let arguments = !con(step, (ins F32Attr:$beta_1, F32Attr:$beta_2, F32Attr:$epsilon, UnitAttr:$amsgrad));
}

def AdamRateOp : Ingot_Op<"adam_rate", [Pure]> {
  let summary = "learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)";
  let description = "`t` is the number of the step, from 1.";
  let arguments = (ins ScalarTensor:$learningRate, CounterTensor:$t, F64Attr:$beta_1, F64Attr:$beta_2);
  let results = (outs ScalarTensor:$rate);
  let assemblyFormat = "$learningRate `,` $t attr-dict `:` functional-type(operands, results)";
}

//===----------------------------------------------------------------------===//
// Random masks
//===----------------------------------------------------------------------===//

def SeedKeyOp : Ingot_Op<"seed_key", [Pure]> {
  let summary = "the key of a seed, from which those of the steps are made";
  let description = [{
    Both words of Threefry-2x32-20 of counter (0, 2^32 - 1) under the seed, of
    which the low half is the first word of the key: a counter that no initial
    value has.

    Constraints: seed_key_c1, either the operand or `fixedSeed` is there.
  }];
  let arguments = (ins Optional<I64>:$seed, OptionalAttr<I64Attr>:$fixedSeed);
  let results = (outs KeyTensor:$key);
  let assemblyFormat = "($seed^)? attr-dict";
  let hasVerifier = 1;
}

def StepKeyOp : Ingot_Op<"step_key", [Pure]> {
  let summary = "the key of one step and one stream";
  let description = "Both words of Threefry-2x32-20 of counter (step, stream) under `base`; no stream is stream 0.";
  let arguments = (ins KeyTensor:$base, CounterTensor:$step, Optional<I32>:$stream);
  let results = (outs KeyTensor:$key);
  let assemblyFormat = "$base `,` $step (`stream` $stream^)? attr-dict `:` type($step)";
}

def RandomMaskOp : Ingot_Op<"random_mask", [Pure, AllTypesMatch<["x", "result"]>]> {
  let summary = "x / (1 - rate) with probability 1 - rate, else 0";
  let description = [{
    Linear in `x`, and its own adjoint: forward and backward draw the same bits
    again, and no mask is stored. Element i is kept if the first word of
    Threefry-2x32-20 of counter (i, salt) under `key` is below (1 - rate) 2^32. i is the
    row-major number of the element, modulo 2^32, in the shape in which axes that
    are `shared` have size 1: there, one decision is for all.

    Constraints: random_mask_c1, `rate` is in (0, 1). random_mask_c2, `shared` are
    axes of `x`, strictly increasing.
  }];
  let arguments = (ins FloatTensor:$x, KeyTensor:$key, F64Attr:$rate, I64Attr:$salt,
      DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$shared);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `key` $key `rate` $rate `salt` $salt attr-dict `:` type($x)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Initialization
//===----------------------------------------------------------------------===//

def RandomOp : Ingot_Op<"random", [Pure]> {
  let summary = "counter-based random numbers";
  let description = [{
    Element i is a function of the seed, `stream` and i alone: Threefry-2x32 of
    20 rounds (Salmon et al., 2011) with the seed as key and (i, stream) as
    counter, so bits are the same on every target and in any order. Kinds:
    `uniform` in [a, b), `normal` and `truncated_normal` with mean a and
    standard deviation b. A `fixedSeed` overrides the operand.
  }];
  let arguments = (ins I64:$seed, StrAttr:$kind, F64Attr:$a, F64Attr:$b, I64Attr:$stream,
      OptionalAttr<I64Attr>:$fixedSeed);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$kind $seed attr-dict `:` type($result)";
}

def OrthogonalizeOp : Ingot_Op<"orthogonalize", [Pure, SameOperandsAndResultType]> {
  let summary = "orthonormal rows with the same span, times `gain`; columns if there are fewer";
  let description = [{
    A matrix whose rows are all axes but the last. Gram and Schmidt's method
    with each vector projected twice, which keeps the result orthogonal to
    rounding (Giraud, Langou, Rozloznik, 2005), and in place. It is the Q of a QR
    factorization whose R has a positive diagonal, as Keras' Orthogonal is.
  }];
  let arguments = (ins FloatTensor:$x, F64Attr:$gain);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `gain` $gain attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif // INGOT_TRAIN_OPS_TD
