//===- ShapeRules.h - shape rules shared by graph and dialect ---*- C++ -*-===//
//
// Each rule is written once, as a free function over plain shapes. The graph
// layer calls it to refuse a mistake at the user's own line, before any MLIR
// exists; the op verifiers and type inference of the dialect call the same
// function. Nothing here includes MLIR.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ingot::shape {

/// Size of a dimension that is only known at run time: the batch. Same value
/// as `mlir::ShapedType::kDynamic`, so shapes cross into MLIR unchanged.
inline constexpr int64_t kDynamic = std::numeric_limits<int64_t>::min();

/// Sizes of a tensor, batch first: `{kDynamic, 784}`.
using Shape = std::vector<int64_t>;

/// A shape, or the sentence that says why there is none.
class [[nodiscard]] Inferred {
public:
  Inferred(Shape shape) : value(std::move(shape)) {}
  static Inferred error(std::string message) {
    Inferred result{Shape{}};
    result.value = std::move(message);
    return result;
  }
  explicit operator bool() const { return std::holds_alternative<Shape>(value); }
  const Shape &operator*() const { return std::get<Shape>(value); }
  const std::string &message() const { return std::get<std::string>(value); }

private:
  std::variant<Shape, std::string> value;
};

/// `(None, 28, 28)`: Keras' way to print a shape.
std::string toString(const Shape &shape);

/// Number of elements of one sample: the product of all sizes but the first.
int64_t elementsPerSample(const Shape &shape);

/// dense: (b, ..., in) x units -> (b, ..., units); rank >= 2, units > 0.
Inferred dense(const Shape &input, int64_t units);

/// embedding: (b, ...) x output_dim -> (b, ..., output_dim); input_dim, output_dim > 0.
/// With `inputLength`, the input is (b, inputLength).
Inferred embedding(const Shape &input, int64_t inputDim, int64_t outputDim,
                   std::optional<int64_t> inputLength = {});

/// gather_rows: (rows, r...) of known sizes, and (i, ...) -> (i, ..., r...).
Inferred gatherRows(const Shape &table, const Shape &ids);

/// masking: steps of features, any number of axes of steps; the shape stays.
Inferred masking(const Shape &input);

/// flatten: (b, d1, ..., dn) -> (b, d1*...*dn); (b) -> (b, 1).
Inferred flatten(const Shape &input);

/// reshape: (b, ...) -> (b, target...); one entry of `target` may be -1.
Inferred reshape(const Shape &input, const std::vector<int64_t> &target);

/// What is wrong with a target shape whatever the input, if anything is.
std::optional<std::string> checkReshapeTarget(const std::vector<int64_t> &target);

/// permute: `dims` is a permutation of 1, ..., rank - 1; axis i of the result is
/// axis dims[i - 1] of the input.
Inferred permute(const Shape &input, const std::vector<int64_t> &dims);

/// What is wrong with `dims` whatever the input, if anything is.
std::optional<std::string> checkPermuteDims(const std::vector<int64_t> &dims);

/// repeat_vector: (b, features) -> (b, n, features).
Inferred repeatVector(const Shape &input, int64_t n);

/// time_distributed: (b, t, ...) -> (b, ...), what is applied to each step sees;
/// rank >= 3 and t is known.
Inferred timeStep(const Shape &sequence);

/// dropout: the shape of the input. `noise` is empty, or has for each dimension 1,
/// where one decision is for all, or -1 or the input's size.
Inferred dropout(const Shape &input, const std::vector<int64_t> &noise);

/// merge: equal ranks and batches; elsewhere a size of 1 repeats. At least one
/// input, for the kind "subtract" exactly two.
Inferred merge(const std::string &kind, const std::vector<Shape> &inputs);

/// concatenate: `axis` counts from the end if it is negative, and is not 0.
Inferred concatenate(const std::vector<Shape> &inputs, int64_t axis);

/// dot of two inputs over `axes`, one of each and not the batch, negative ones from
/// the end: the sizes of the first without its axis, then those of the second
/// without its axis and the batch; (b, 1) if that is the batch alone.
Inferred dot(const std::vector<Shape> &inputs, const std::vector<int64_t> &axes);

/// recurrent: (b, steps, in) -> (b, units), or of all steps (b, steps, units); both
/// are known, `units` > 0.
Inferred recurrent(const Shape &input, int64_t units, bool returnSequences);

/// softmax is over the last axis and needs rank >= 2.
Inferred softmax(const Shape &input);

/// contract `"A,B->C"`: an einsum of two operands. Every label of an operand
/// occurs in the other operand or in the result; a label occurs once a term.
Inferred contract(const std::string &equation, const Shape &lhs, const Shape &rhs);

/// Labels of the three terms of an equation `"A,B->C"`.
struct Equation {
  std::string lhs, rhs, result;
};
/// nullopt if `text` is not of that form (letters, one comma, one arrow).
std::optional<Equation> parseEquation(const std::string &text);

/// concat: equal but along `axis`, which is known.
Inferred concat(const std::vector<Shape> &inputs, int64_t axis);

/// slice: `size` elements of `axis`, which is known, from `offset` on.
Inferred slice(const Shape &input, int64_t axis, int64_t offset, int64_t size);

/// transpose: dimension i of the result is dimension perm[i] of the input.
Inferred transpose(const Shape &input, const std::vector<int64_t> &perm);

/// view_as: can the elements of `from`, row-major, be seen as `to`? The batch stays
/// a dimension, so what is before it and what is behind it stays as much.
bool canView(const Shape &from, const Shape &to);

/// reduce over `axes` (strictly increasing): those dimensions disappear.
Inferred reduce(const Shape &input, const std::vector<int64_t> &axes);

} // namespace ingot::shape
