//===- IngotConvOps.td - convolution and pooling ---------------*- tablegen -*-===//
//
// Both tiers: the layers, and the two primitives of which they are made.
// Tensors are (batch..., spatial..., channels), with any number of spatial axes.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CONV_OPS_TD
#define INGOT_CONV_OPS_TD

include "ingot/Dialect/IngotLayerOps.td"

//===----------------------------------------------------------------------===//
// Tier 1
//===----------------------------------------------------------------------===//

def ConvOp : Ingot_LayerOp<"conv"> {
  let summary = "act(correlation with a kernel + bias)";
  let description = [{
    Input (b, spatial..., in), result (b, counts..., filters). `kernel` is
    (kernel_size..., in, filters), `bias` is (filters) and absent if `use_bias`
    is false. `padding` is "valid" or "same". Conv1D and its relatives differ in
    the number of sizes alone.

    Constraints: conv_c1, `kernel_size`, `strides` and `dilation_rate` have one
    positive size a spatial axis, of the latter two only one is above 1, and
    `padding` is known. conv_c2, the input has that many spatial axes, and the
    kernel fits. conv_c3, the symbols exist and have these shapes. conv_c4,
    `act` is an activation of Keras, and there is a bias if `use_bias` says so.
  }];
  let arguments = (ins FloatTensor:$input, I64Attr:$filters, DenseI64ArrayAttr:$kernel_size,
      DenseI64ArrayAttr:$strides, StrAttr:$padding, DenseI64ArrayAttr:$dilation_rate,
      DefaultValuedStrAttr<StrAttr, "linear">:$activation,
      DefaultValuedAttr<BoolAttr, "true">:$use_bias,
      FlatSymbolRefAttr:$kernel, OptionalAttr<FlatSymbolRefAttr>:$bias);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $input `filters` `(` $filters `)` `size` $kernel_size `strides` $strides
    `padding` $padding `dilation` $dilation_rate (`act` `(` $activation^ `)`)?
    `kernel` `(` $kernel `)` (`bias` `(` $bias^ `)`)?
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def PoolOp : Ingot_LayerOp<"pool"> {
  let summary = "the largest or the mean of each window";
  let description = [{
    Input (b, spatial..., c), result (b, counts..., c). Padding is no element: it
    is never the largest, and the mean is that of the others.

    Constraints: pool_c1, the kind is "max" or "average". pool_c2, `pool_size`
    and `strides` have one positive size a spatial axis, and `padding` is known.
    pool_c3, the input has that many spatial axes, and the window fits.
  }];
  let arguments = (ins StrAttr:$kind, FloatTensor:$input, DenseI64ArrayAttr:$pool_size,
      DenseI64ArrayAttr:$strides, StrAttr:$padding);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $kind $input `size` $pool_size `strides` $strides `padding` $padding
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GlobalPoolOp : Ingot_LayerOp<"global_pool"> {
  let summary = "the largest or the mean over all spatial axes";
  let description = [{
    Input (b, spatial..., c), result (b, c), or (b, 1..., c) with `keepdims`.
    Constraints: global_pool_c1, the kind is "max" or "average". global_pool_c2,
    rank >= 3.
  }];
  let arguments = (ins StrAttr:$kind, FloatTensor:$input, DefaultValuedAttr<BoolAttr, "false">:$keepdims);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Tier 2
//===----------------------------------------------------------------------===//

def WindowsOp : Ingot_Op<"windows", [Pure, Inferred]> {
  let summary = "every window of the spatial axes, one after the other";
  let description = [{
    (batch..., spatial..., c) to (batch..., counts..., window..., c): element k of
    window o of an axis is x[o * stride + k * dilation - low], and `pad_value`
    where that is outside. Axes before the spatial ones, of which there are as
    many as sizes in `window`, are all alike. A convolution is a contraction over
    the windows, pooling a reduction.

    Constraints: windows_c1, each list has one entry a spatial axis; window,
    strides and dilation are positive, low and high not negative. windows_c2,
    spatial sizes are known, and a window fits.
  }];
  let arguments = (ins FloatTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
      DenseI64ArrayAttr:$dilation, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
      DefaultValuedAttr<F64Attr, "0.0">:$pad_value);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $x `size` $window `strides` $strides `dilation` $dilation `pad` $low $high
    (`with` $pad_value^)? attr-dict `:` type($x) `->` type($result)
  }];
  let extraClassDeclaration = "::ingot::shape::Windowing getWindowing();";
}

def OverlapAddOp : Ingot_Op<"overlap_add", [Pure]> {
  let summary = "windows back to the axes they were taken from, overlaps added";
  let description = [{
    The adjoint of `ingot.windows` with the same attributes: each element of the
    result is the sum of all elements of windows that lie there, in ascending
    order of their place in the window. What lies in the padding is dropped.

    Constraints: overlap_add_c1, windows of the result have the shape of the
    operand.
  }];
  let arguments = (ins FloatTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
      DenseI64ArrayAttr:$dilation, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = [{
    $x `size` $window `strides` $strides `dilation` $dilation `pad` $low $high
    attr-dict `:` type($x) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = "::ingot::shape::Windowing getWindowing();";
}

#endif // INGOT_CONV_OPS_TD
