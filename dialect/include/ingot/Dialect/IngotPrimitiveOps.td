//===- IngotPrimitiveOps.td - tier 2: primitives ---------------*- tablegen -*-===//
#ifndef INGOT_PRIMITIVE_OPS_TD
#define INGOT_PRIMITIVE_OPS_TD

include "ingot/Dialect/IngotDialect.td"

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

class Ingot_Unary<string mnemonic, string formula>
    : Ingot_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let summary = formula;
  let arguments = (ins FloatTensor:$x);
  let results = (outs FloatTensor:$y);
  let assemblyFormat = "$x attr-dict `:` type($y)";
}

def NegOp : Ingot_Unary<"neg", "-x">;
def ExpOp : Ingot_Unary<"exp", "e^x">;
def LogOp : Ingot_Unary<"log", "natural logarithm of x">;
def SqrtOp : Ingot_Unary<"sqrt", "square root of x">;
def TanhOp : Ingot_Unary<"tanh", "tanh(x)">;
def SigmoidOp : Ingot_Unary<"sigmoid", "1 / (1 + e^-x)">;
def SoftplusOp : Ingot_Unary<"softplus", "log(1 + e^x), without overflow">;
def ReluOp : Ingot_Unary<"relu", "x > 0 ? x : 0; the derivative at 0 is 0">;
def AbsOp : Ingot_Unary<"abs", "|x|; the derivative at 0 is 0">;
def SignOp : Ingot_Unary<"sign", "-1, 0 or 1; its derivative is 0">;
def ErfOp : Ingot_Unary<"erf", "the error function of x">;

class Ingot_Binary<string mnemonic, string formula, list<Trait> traits = []>
    : Ingot_Op<mnemonic, !listconcat([Pure, SameOperandsAndResultType], traits)> {
  let summary = formula;
  let arguments = (ins NumberTensor:$lhs, NumberTensor:$rhs);
  let results = (outs NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

def AddOp : Ingot_Binary<"add", "lhs + rhs", [Commutative]> {
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def SubOp : Ingot_Binary<"sub", "lhs - rhs"> { let hasFolder = 1; }
def MulOp : Ingot_Binary<"mul", "lhs * rhs", [Commutative]> { let hasFolder = 1; }
def DivOp : Ingot_Binary<"div", "lhs / rhs"> { let hasFolder = 1; }
def MaxOp : Ingot_Binary<"max", "the larger; ties share the gradient by halves", [Commutative]>;
def MinOp : Ingot_Binary<"min", "the smaller; ties share the gradient by halves", [Commutative]>;

def MaskPosOp : Ingot_Op<"mask_pos", [Pure, SameOperandsAndResultType]> {
  let summary = "x > 0 ? g : 0";
  let description = "Linear in `g`, and not differentiated with respect to `x`.";
  let arguments = (ins FloatTensor:$x, FloatTensor:$g);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `,` $g attr-dict `:` type($result)";
}

def CompareOp : Ingot_Op<"compare", [Pure, SameTypeOperands]> {
  let summary = "elementwise eq, ne, gt, ge, lt or le";
  let description = "False where an operand is NaN, except `ne`. compare_c1: the predicate is one of these.";
  let arguments = (ins StrAttr:$predicate, NumberTensor:$lhs, NumberTensor:$rhs);
  let results = (outs BoolTensor:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
  let hasVerifier = 1;
}

def SelectOp : Ingot_Op<"select", [Pure, AllTypesMatch<["ifTrue", "ifFalse", "result"]>]> {
  let summary = "condition ? ifTrue : ifFalse";
  let description = "Of masks: `select(a, a, b)` is where either is true.";
  let arguments = (ins BoolTensor:$condition, ElementTensor:$ifTrue, ElementTensor:$ifFalse);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$condition `,` $ifTrue `,` $ifFalse attr-dict `:` type($condition) `,` type($result)";
}

//===----------------------------------------------------------------------===//
// Sizes, shapes
//===----------------------------------------------------------------------===//

def BatchOp : Ingot_Op<"batch", [Pure]> {
  let summary = "the size of this call's batch";
  let results = (outs Index:$size);
  let assemblyFormat = "attr-dict";
}

def CountOp : Ingot_Op<"count", [Pure]> {
  let summary = "how many elements of a mask are true";
  let arguments = (ins BoolTensor:$mask);
  let results = (outs Index:$size);
  let assemblyFormat = "$mask attr-dict `:` type($mask)";
}

def FillOp : Ingot_Op<"fill", [Pure]> {
  let summary = "every element is `value`";
  let arguments = (ins TypedAttrInterface:$value, Optional<Index>:$batch);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$value (`batch` $batch^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def BroadcastOp : Ingot_Op<"broadcast", [Pure]> {
  let summary = "dimension i of the operand becomes dimension dims[i]; others repeat";
  let description = [{
    Constraints: broadcast_c1, `dims` is strictly increasing, one for each
    dimension of the operand, and sizes agree. broadcast_c2, `batch` is given
    if the batch is a dimension that repeats.
  }];
  let arguments = (ins ElementTensor:$x, DenseI64ArrayAttr:$dims, Optional<Index>:$batch);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$x `dims` $dims (`batch` $batch^)? attr-dict `:` type($x) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def ReduceSumOp : Ingot_Op<"reduce_sum", [Pure, Inferred]> {
  let summary = "sum over `axes`, which disappear";
  let arguments = (ins FloatTensor:$x, DenseI64ArrayAttr:$axes);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x) `->` type($result)";
}

def ReduceMaxOp : Ingot_Op<"reduce_max", [Pure, Inferred]> {
  let summary = "the largest over `axes`, which disappear; ties share the gradient";
  let description = "NaN if one of them is NaN.";
  let arguments = (ins FloatTensor:$x, DenseI64ArrayAttr:$axes);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x) `->` type($result)";
}

def DivSizeOp : Ingot_Op<"div_size", [Pure, AllTypesMatch<["x", "result"]>]> {
  let summary = "x / (size * factor): the mean over a batch known at run time";
  let description = "A divisor of 0 counts as 1: the mean of nothing is 0.";
  let arguments = (ins FloatTensor:$x, Index:$size, DefaultValuedAttr<I64Attr, "1">:$factor);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `,` $size (`times` $factor^)? attr-dict `:` type($result)";
}

def MulSizeOp : Ingot_Op<"mul_size", [Pure, AllTypesMatch<["x", "result"]>]> {
  let summary = "x * size: a mean over the batch back to a sum";
  let arguments = (ins FloatTensor:$x, Index:$size);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `,` $size attr-dict `:` type($result)";
}

def ViewAsOp : Ingot_Op<"view_as", [Pure]> {
  let summary = "the same elements in another shape, row-major; the batch stays a dimension";
  let description = [{
    Constraints: view_as_c1, as many elements before the batch and behind it as
    there were; without a batch, as many elements.
  }];
  let arguments = (ins ElementTensor:$x);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def TransposeOp : Ingot_Op<"transpose", [Pure, Inferred]> {
  let summary = "dimension i of the result is dimension perm[i] of the operand";
  let description = "Constraints: transpose_c1, `perm` has each dimension once.";
  let arguments = (ins ElementTensor:$x, DenseI64ArrayAttr:$perm);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$x `perm` $perm attr-dict `:` type($x) `->` type($result)";
  let hasFolder = 1;
}

def ConcatOp : Ingot_Op<"concat", [Pure, Inferred]> {
  let summary = "the operands one after the other along `axis`";
  let description = [{
    Constraints: concat_c1, at least one operand, and `axis` is of known size in
    each. concat_c2, all other sizes and the element types are equal.
  }];
  let arguments = (ins Variadic<ElementTensor>:$inputs, I64Attr:$axis);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SliceOp : Ingot_Op<"slice", [Pure, Inferred]> {
  let summary = "`size` elements of `axis`, from `offset` on";
  let description = "Constraints: slice_c1, `axis` is of known size and the elements are in it.";
  let arguments = (ins ElementTensor:$x, I64Attr:$axis, I64Attr:$offset, I64Attr:$size);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = [{
    $x `axis` $axis `from` $offset `size` $size attr-dict `:` type($x) `->` type($result)
  }];
  let hasFolder = 1;
}

def ReverseOp : Ingot_Op<"reverse", [Pure, SameOperandsAndResultType]> {
  let summary = "the elements of `axis` from the last to the first";
  let description = "Constraints: reverse_c1, `axis` is of known size.";
  let arguments = (ins ElementTensor:$x, I64Attr:$axis);
  let results = (outs ElementTensor:$result);
  let assemblyFormat = "$x `axis` $axis attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Contraction
//===----------------------------------------------------------------------===//

def ContractOp : Ingot_Op<"contract", [Pure, Inferred]> {
  let summary = "an einsum of two operands";
  let description = [{
    `"bi,io->bo"` is a matrix product. Closed under differentiation: the
    gradient of either operand is a contraction with the labels exchanged.

    Constraints: contract_c1, the equation is of this form, a label occurs once
    a term. contract_c2, every label of an operand occurs in the other operand
    or in the result. contract_c3, sizes of a label agree.
  }];
  let arguments = (ins StrAttr:$equation, FloatTensor:$lhs, FloatTensor:$rhs);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$equation $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

//===----------------------------------------------------------------------===//
// Over the last axis
//===----------------------------------------------------------------------===//

def SoftmaxOp : Ingot_Op<"softmax", [Pure, SameOperandsAndResultType]> {
  let summary = "e^x / sum(e^x) over the last axis, shifted by the maximum";
  let arguments = (ins FloatTensor:$x);
  let results = (outs FloatTensor:$y);
  let assemblyFormat = "$x attr-dict `:` type($y)";
}

class Ingot_LastAxisOp<string mnemonic> : Ingot_Op<mnemonic, [Pure, Inferred]>;

def LogSumExpOp : Ingot_LastAxisOp<"logsumexp"> {
  let summary = "log(sum(e^x)) over the last axis, shifted by the maximum";
  let arguments = (ins FloatTensor:$x);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
}

def ArgMaxOp : Ingot_LastAxisOp<"argmax"> {
  let summary = "index of the first maximum of the last axis";
  let arguments = (ins FloatTensor:$x);
  let results = (outs LabelTensor:$result);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($result)";
}

def PickOp : Ingot_LastAxisOp<"pick"> {
  let summary = "the element of the last axis that a label names";
  let arguments = (ins FloatTensor:$x, LabelTensor:$labels);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$x `,` $labels attr-dict `:` type($x) `,` type($labels) `->` type($result)";
}

def OneHotOp : Ingot_Op<"one_hot", [Pure]> {
  let summary = "adds a last axis: 1 where the index is the label, else 0";
  let arguments = (ins LabelTensor:$labels);
  let results = (outs FloatTensor:$result);
  let assemblyFormat = "$labels attr-dict `:` type($labels) `->` type($result)";
}

#endif // INGOT_PRIMITIVE_OPS_TD
