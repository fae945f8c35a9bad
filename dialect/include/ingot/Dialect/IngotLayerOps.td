//===- IngotLayerOps.td - tier 1: what the user wrote ----------*- tablegen -*-===//
#ifndef INGOT_LAYER_OPS_TD
#define INGOT_LAYER_OPS_TD

include "ingot/Dialect/IngotDialect.td"
include "ingot/Dialect/IngotInterfaces.td"

/// A layer call. The mnemonic is Keras' class name in snake case unless several
/// classes share an op (`op` of the front end's LayerClass); attributes
/// are Keras' arguments, and each weight is a symbol under Keras' weight name.
class Ingot_LayerOp<string mnemonic, list<Trait> traits = []>
    : Ingot_Op<mnemonic, !listconcat([Pure, Inferred,
        DeclareOpInterfaceMethods<SymbolUserOpInterface>], traits)>;

/// Masks go through by a rule in MaskRules.cpp.
def OwnMaskRule : DeclareOpInterfaceMethods<MaskOpInterface, ["propagateMasks"]>;

def DenseOp : Ingot_LayerOp<"dense", [MaskOpInterface]> {
  let summary = "act(x . kernel + bias) over the last axis";
  let description = [{
    Input (b, ..., in), result (b, ..., units). `kernel` is (in, units), `bias`
    is (units) and absent if `use_bias` is false.

    Constraints: dense_c1, rank >= 2 and `units` > 0. dense_c2, the symbols
    exist and have these shapes. dense_c3, `act` is an activation of Keras.
  }];
  let arguments = (ins FloatTensor:$input, I64Attr:$units,
      DefaultValuedStrAttr<StrAttr, "linear">:$activation,
      DefaultValuedAttr<BoolAttr, "true">:$use_bias,
      FlatSymbolRefAttr:$kernel, OptionalAttr<FlatSymbolRefAttr>:$bias);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $input `units` `(` $units `)` (`act` `(` $activation^ `)`)?
    `kernel` `(` $kernel `)` (`bias` `(` $bias^ `)`)?
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def ActivationOp : Ingot_LayerOp<"activation", [MaskOpInterface]> {
  let summary = "an activation by its Keras name";
  let description = [{
    Same shape in and out; softmax is over the last axis.
    Constraints: activation_c1, the name is an activation of Keras.
    activation_c2, softmax needs rank >= 2.
  }];
  let arguments = (ins FloatTensor:$input, StrAttr:$activation);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$activation $input attr-dict `:` type($input) `->` type($result)";
}

def EmbeddingOp : Ingot_LayerOp<"embedding", [OwnMaskRule]> {
  let summary = "the row of a table for each index";
  let description = [{
    Input (b, ...) of indices in [0, input_dim), which the entry checks before
    it begins; result (b, ..., output_dim). `mask_zero` says that index 0
    stands for a step that does not count.

    Constraints: embedding_c1, `input_dim` and `output_dim` > 0, and the input is
    (b, input_length) if that is given. embedding_c2, `embeddings` exists and is
    (input_dim, output_dim).
  }];
  let arguments = (ins LabelTensor:$input, I64Attr:$input_dim, I64Attr:$output_dim,
      DefaultValuedAttr<BoolAttr, "false">:$mask_zero, OptionalAttr<I64Attr>:$input_length,
      FlatSymbolRefAttr:$embeddings);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $input `table` `(` $embeddings `)` `rows` `(` $input_dim `)` `width` `(` $output_dim `)`
    attr-dict `:` type($input) `->` type($result)
  }];
}

def MaskingOp : Ingot_LayerOp<"masking", [OwnMaskRule]> {
  let summary = "makes a mask of the steps that are `mask_value` in all features, and makes those 0";
  let description = [{
    The features are the last axis. The mask is the business of
    `ingot-propagate-masks`; the result has the type of the input.
    Source: keras/src/layers/core/masking.py.

    Constraints: masking_c1, rank >= 2.
  }];
  let arguments = (ins FloatTensor:$input, DefaultValuedAttr<F64Attr, "0.0">:$mask_value);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def FlattenOp : Ingot_LayerOp<"flatten"> {
  let summary = "(b, d1, ..., dn) to (b, d1 * ... * dn), row-major";
  let arguments = (ins NumberTensor:$input);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def ReshapeOp : Ingot_LayerOp<"reshape"> {
  let summary = "(b, ...) to (b, target_shape...), row-major";
  let description = [{
    Constraints: reshape_c1, the number of elements of a sample stays.
  }];
  let arguments = (ins NumberTensor:$input, DenseI64ArrayAttr:$target_shape);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$input `to` $target_shape attr-dict `:` type($input) `->` type($result)";
}

def PermuteOp : Ingot_LayerOp<"permute"> {
  let summary = "axis i of a sample becomes that which is axis dims[i - 1]; counted from 1";
  let description = "Constraints: permute_c1, `dims` has each axis but the batch once.";
  let arguments = (ins NumberTensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input) `->` type($result)";
}

def RepeatVectorOp : Ingot_LayerOp<"repeat_vector"> {
  let summary = "(b, features) to (b, n, features)";
  let description = "Constraints: repeat_vector_c1, rank 2 and `n` > 0.";
  let arguments = (ins FloatTensor:$input, I64Attr:$n);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$input `times` $n attr-dict `:` type($input) `->` type($result)";
}

def DropoutOp : Ingot_LayerOp<"dropout", [MaskOpInterface]> {
  let summary = "zeros at random where a model learns, else the input";
  let description = [{
    An element is kept with probability 1 - `rate` and then divided by that.
    Where `noise_shape` is 1, one decision is for all elements along that axis;
    elsewhere it is -1 or the size. A `seed` takes the place of that given to `init`.
    Replaced by `ingot-specialize-mode`.

    Constraints: dropout_c1, `rate` is in [0, 1). dropout_c2, `noise_shape` fits
    the input.
  }];
  let arguments = (ins FloatTensor:$input, F64Attr:$rate,
      OptionalAttr<DenseI64ArrayAttr>:$noise_shape, OptionalAttr<I64Attr>:$seed);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$input `rate` $rate attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def MergeOp : Ingot_LayerOp<"merge", [OwnMaskRule]> {
  let summary = "tensors to one, element by element";
  let description = [{
    The kinds are Keras' functions: add, subtract, multiply, average, maximum,
    minimum. A size of 1 repeats, but not in the batch.

    Constraints: merge_c1, the kind is one of these. merge_c2, at least one
    input, two for subtract. merge_c3, ranks agree, and sizes but for ones.
  }];
  let arguments = (ins StrAttr:$kind, Variadic<FloatTensor>:$inputs);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$kind $inputs attr-dict `:` type($inputs) `->` type($result)";
}

def ConcatenateOp : Ingot_LayerOp<"concatenate", [OwnMaskRule]> {
  let summary = "tensors one after the other along an axis";
  let description = [{
    A negative `axis` counts from the end.
    Constraints: concatenate_c1, `axis` is one of the inputs' and not the batch.
    concatenate_c2, all else of the shapes is equal. concatenate_c3, element
    types are equal.
  }];
  let arguments = (ins Variadic<NumberTensor>:$inputs, DefaultValuedAttr<I64Attr, "-1">:$axis);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs) `->` type($result)";
  let hasVerifier = 1;
}

def DotOp : Ingot_LayerOp<"dot", [OwnMaskRule]> {
  let summary = "sums of products of two tensors over an axis of each, sample by sample";
  let description = [{
    Each sample's elements along `axes` (of `lhs`, then of `rhs`) are multiplied
    and summed for every position of the others: those of `lhs` first, then those
    of `rhs`; (b, 1) if there are none. A negative axis counts from the end. With
    `normalize`, each operand is first divided by its norm over its axis:
    `x / sqrt(max(sum(x * x), 1e-14))`.
    Source: keras/src/layers/merging/dot.py, `_normalize` of keras/src/ops/nn.py.

    Constraints: dot_c1, `axes` has an axis of each operand, and not the batch.
    dot_c2, sizes agree there and in the batch.
  }];
  let arguments = (ins FloatTensor:$lhs, FloatTensor:$rhs, DenseI64ArrayAttr:$axes,
      DefaultValuedAttr<BoolAttr, "false">:$normalize);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs `axes` $axes attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
}

def CallOp : Ingot_Op<"call", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "calls a model";
  let description = [{
    Inlined by `ingot-inline`. Models do not call themselves, so that ends.
    Constraints: call_c1, the callee is a model whose types agree.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyRankedTensor>:$inputs);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let assemblyFormat = "$callee `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs)";
}

def LossOp : Ingot_Op<"loss", [Pure, Inferred, MaskOpInterface]> {
  let summary = "per-sample values of a loss by its Keras name";
  let description = [{
    `values` has one element a sample (and step): the loss before weighting and
    before the mean, with the last axis of `prediction` reduced. `from_logits`
    says that `prediction` has not been through softmax or sigmoid;
    `ingot-fuse-loss` sets it where the prediction is directly such an
    activation.

    Constraints: loss_c1, the name is a loss of Keras. loss_c2, the target is
    labels of the prediction's shape without its last axis (sparse) or numbers
    of its shape.
  }];
  let arguments = (ins StrAttr:$name, FloatTensor:$prediction, NumberTensor:$target,
      UnitAttr:$from_logits, DefaultValuedAttr<F64Attr, "0.0">:$label_smoothing);
  let results = (outs FloatTensor:$values);
  let assemblyFormat = [{
    $name (`from_logits` $from_logits^)? $prediction `,` $target attr-dict `:`
    type($prediction) `,` type($target) `->` type($values)
  }];
  let hasVerifier = 1;
}

def MeanLossOp : Ingot_Op<"mean_loss", [Pure, OwnMaskRule]> {
  let summary = "the mean of what a loss gave, weighted sample by sample";
  let description = [{
    `sum(weight * value) / number of values`, Keras' "sum_over_batch_size": the
    weights, one a sample, do not enter the divisor. With a mask, sum and number
    are those of the values for which it is true, and 0 if there are none.
    Source: keras/src/losses/loss.py.

    Constraints: mean_loss_c1, there is a weight for each sample. mean_loss_c2,
    the mask has the shape of the values.
  }];
  let arguments = (ins FloatTensor:$values, FloatTensor:$weights, Optional<BoolTensor>:$mask);
  let results = (outs ScalarTensor:$mean);
  let assemblyFormat = [{
    $values `weights` $weights (`mask` $mask^)? attr-dict `:` type($values) `,` type($weights)
    (`,` type($mask)^)? `->` type($mean)
  }];
  let hasVerifier = 1;
}

def MetricOp : Ingot_Op<"metric", [Pure, OwnMaskRule]> {
  let summary = "a metric by its Keras name: a sum and the number of what was summed";
  let description = [{
    The sum of the per-sample values, each the mean over the axes that the metric
    leaves, and the number of samples. With a mask, values are summed position by
    position of the mask, where it is true, and those positions are counted.

    Constraints: metric_c1, the name is a metric of Keras. metric_c2, as loss_c2.
    metric_c3, the sizes of the mask are the first ones of the prediction, of
    which it lacks at least the last.
  }];
  let arguments = (ins StrAttr:$name, FloatTensor:$prediction, NumberTensor:$target, Optional<BoolTensor>:$mask);
  let results = (outs ScalarTensor:$sum, Index:$count);
  let assemblyFormat = [{
    $name $prediction `,` $target (`mask` $mask^)? attr-dict `:` type($prediction) `,` type($target)
    (`,` type($mask)^)? `->` type($sum)
  }];
  let hasVerifier = 1;
}

#endif // INGOT_LAYER_OPS_TD
