//===- ShapeRules.cpp - shape rules shared by graph and dialect -----------===//
//
// A rule's message says what was seen, then what must hold. The caller puts the
// name of the layer or op and the place in front of it.
//
//===----------------------------------------------------------------------===//

#include "ingot/Shape/ShapeRules.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace ingot::shape {

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

static std::string sizeToString(int64_t size) {
  return size == kDynamic ? "None" : std::to_string(size);
}

std::string toString(const Shape &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + sizeToString(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

/// a * b, or the largest number if that is too large.
static int64_t saturatingProduct(int64_t a, int64_t b) {
  int64_t product;
  return __builtin_mul_overflow(a, b, &product)
             ? std::numeric_limits<int64_t>::max()
             : product;
}

int64_t elementsPerSample(const Shape &shape) {
  int64_t count = 1;
  for (size_t i = 1; i < shape.size(); ++i)
    count = saturatingProduct(count, shape[i]);
  return count;
}

/// The message if `input` has no batch, or a dynamic size besides it.
static std::optional<std::string> checkSample(const Shape &input) {
  if (input.empty())
    return "input has shape (); must have a batch dimension";
  if (std::find(input.begin() + 1, input.end(), kDynamic) != input.end())
    return "input has shape " + toString(input) +
           "; only the batch may be dynamic";
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

Inferred dense(const Shape &input, int64_t units) {
  if (units <= 0)
    return Inferred::error("`units` is " + std::to_string(units) +
                           "; must be positive");
  if (input.size() < 2)
    return Inferred::error("input has shape " + toString(input) +
                           "; rank must be at least 2");
  if (input.back() == kDynamic)
    return Inferred::error("input has shape " + toString(input) +
                           "; the last dimension must be known");
  Shape result = input;
  result.back() = units;
  return result;
}

Inferred embedding(const Shape &input, int64_t inputDim, int64_t outputDim, std::optional<int64_t> inputLength) {
  for (auto [name, size] : {std::pair("input_dim", inputDim), std::pair("output_dim", outputDim)})
    if (size <= 0)
      return Inferred::error("`" + std::string(name) + "` is " + std::to_string(size) + "; must be positive");
  if (auto message = checkSample(input))
    return Inferred::error(*message);
  if (inputLength && (input.size() != 2 || input[1] != *inputLength))
    return Inferred::error("input has shape " + toString(input) + "; must be " +
                           toString({kDynamic, *inputLength}) + " by `input_length`");
  Shape result = input;
  result.push_back(outputDim);
  return result;
}

Inferred gatherRows(const Shape &table, const Shape &ids) {
  if (table.empty() || std::find(table.begin(), table.end(), kDynamic) != table.end())
    return Inferred::error("table has shape " + toString(table) + "; must have rows, and sizes must be known");
  if (ids.empty())
    return Inferred::error("indices have rank 0; must be at least 1");
  Shape result = ids;
  result.insert(result.end(), table.begin() + 1, table.end());
  return result;
}

Inferred masking(const Shape &input) {
  if (input.size() < 2)
    return Inferred::error("input has shape " + toString(input) + "; rank must be at least 2");
  return input;
}

Inferred flatten(const Shape &input) {
  if (auto message = checkSample(input))
    return Inferred::error(*message);
  return Shape{input[0], elementsPerSample(input)};
}

std::optional<std::string> checkReshapeTarget(const std::vector<int64_t> &target) {
  if (std::count(target.begin(), target.end(), -1) > 1)
    return "`target_shape` is " + toString(target) + "; at most one size may be -1";
  if (std::any_of(target.begin(), target.end(),
                  [](int64_t size) { return size < 1 && size != -1; }))
    return "`target_shape` is " + toString(target) + "; sizes must be positive or -1";
  return std::nullopt;
}

Inferred reshape(const Shape &input, const std::vector<int64_t> &target) {
  if (auto message = checkSample(input))
    return Inferred::error(*message);
  if (auto message = checkReshapeTarget(target))
    return Inferred::error(*message);
  int64_t known = 1;
  for (int64_t size : target)
    known = size == -1 ? known : saturatingProduct(known, size);
  const int64_t total = elementsPerSample(input);
  Shape result = {input[0]};
  for (int64_t size : target)
    result.push_back(size == -1 ? total / known : size);
  if (elementsPerSample(result) != total || total % known != 0)
    return Inferred::error(
        "cannot reshape " + toString(input) + " to " + toString(target) +
        ": a sample has " + std::to_string(total) + " elements, `target_shape` " +
        (std::count(target.begin(), target.end(), -1) ? "a multiple of " : "") +
        std::to_string(known));
  return result;
}

/// Whether `order` has each of first, first + 1, ... once.
static bool isPermutation(std::vector<int64_t> order, int64_t first) {
  std::sort(order.begin(), order.end());
  return std::all_of(order.begin(), order.end(), [&](int64_t i) { return i == first++; });
}

std::optional<std::string> checkPermuteDims(const std::vector<int64_t> &dims) {
  if (isPermutation(dims, 1))
    return std::nullopt;
  return "`dims` is " + toString(dims) + "; must have each of 1 to " +
         std::to_string(dims.size()) + " once";
}

Inferred permute(const Shape &input, const std::vector<int64_t> &dims) {
  if (auto message = checkPermuteDims(dims))
    return Inferred::error(*message);
  if (input.size() != dims.size() + 1)
    return Inferred::error("input has shape " + toString(input) + "; rank must be " +
                           std::to_string(dims.size() + 1) + " for `dims` " + toString(dims));
  Shape result = {input[0]};
  for (int64_t dim : dims)
    result.push_back(input[dim]);
  return result;
}

Inferred repeatVector(const Shape &input, int64_t n) {
  if (n <= 0)
    return Inferred::error("`n` is " + std::to_string(n) + "; must be positive");
  if (input.size() != 2)
    return Inferred::error("input has shape " + toString(input) + "; rank must be 2");
  return Shape{input[0], n, input[1]};
}

Inferred timeStep(const Shape &sequence) {
  if (sequence.size() < 3)
    return Inferred::error("input has shape " + toString(sequence) +
                           "; rank must be at least 3: batch, time, and what a step has");
  if (sequence[1] == kDynamic)
    return Inferred::error("input has shape " + toString(sequence) +
                           "; the number of steps, axis 1, must be known");
  Shape step = sequence;
  step.erase(step.begin() + 1);
  return step;
}

static std::string countInputs(const std::vector<Shape> &inputs) {
  return inputs.size() == 1 ? "there is 1 input" : "there are " + std::to_string(inputs.size()) + " inputs";
}

/// "inputs 0 and 1 have shapes (None, 3) and (None, 4)"
static std::string describePair(const std::vector<Shape> &inputs, size_t i, size_t j) {
  return "inputs " + std::to_string(i) + " and " + std::to_string(j) + " have shapes " +
         toString(inputs[i]) + " and " + toString(inputs[j]);
}

/// The message if two inputs cannot be merged element by element.
static std::optional<std::string> checkPair(const std::vector<Shape> &inputs, size_t i, size_t j) {
  const Shape &a = inputs[i], &b = inputs[j];
  if (a.size() != b.size())
    return describePair(inputs, i, j) + "; ranks must be equal";
  for (size_t dim = 0; dim < a.size(); ++dim)
    if (a[dim] != b[dim] && (dim == 0 || (a[dim] != 1 && b[dim] != 1)))
      return describePair(inputs, i, j) + "; sizes must be equal" +
             (dim == 0 ? " in the batch" : ", or one of them 1");
  return std::nullopt;
}

/// `{-1, 1, 8}` as Keras prints it: (None, 1, 8).
static std::string noiseToString(Shape noise) {
  std::replace(noise.begin(), noise.end(), int64_t{-1}, kDynamic);
  return toString(noise);
}

Inferred dropout(const Shape &input, const std::vector<int64_t> &noise) {
  if (auto message = checkSample(input))
    return Inferred::error(*message);
  if (noise.empty())
    return input;
  bool fits = noise.size() == input.size();
  for (size_t i = 0; fits && i < noise.size(); ++i)
    fits = noise[i] == 1 || noise[i] == -1 || noise[i] == input[i];
  if (!fits)
    return Inferred::error("`noise_shape` is " + noiseToString(noise) + " for an input of shape " + toString(input) +
                           "; each size must be 1, None or that of the input");
  return input;
}

Inferred merge(const std::string &kind, const std::vector<Shape> &inputs) {
  const bool isSubtract = kind == "subtract";
  if (inputs.empty() || (isSubtract && inputs.size() != 2))
    return Inferred::error(countInputs(inputs) + "; must be " + (isSubtract ? "2" : "at least 1"));
  for (const Shape &input : inputs)
    if (auto message = checkSample(input))
      return Inferred::error(*message);
  for (size_t j = 1; j < inputs.size(); ++j)
    for (size_t i = 0; i < j; ++i)
      if (auto message = checkPair(inputs, i, j))
        return Inferred::error(*message);
  Shape result = inputs[0];
  for (const Shape &input : inputs)
    for (size_t dim = 1; dim < result.size(); ++dim)
      if (input[dim] != 1)
        result[dim] = input[dim];
  return result;
}

Inferred concatenate(const std::vector<Shape> &inputs, int64_t axis) {
  if (inputs.empty())
    return Inferred::error("there are 0 inputs; must be at least 1");
  const auto rank = static_cast<int64_t>(inputs[0].size());
  const int64_t fromFirst = axis < 0 ? axis + rank : axis;
  const std::string what = "`axis` is " + std::to_string(axis) + " for shape " + toString(inputs[0]);
  if (fromFirst < 0 || fromFirst >= rank)
    return Inferred::error(what + "; must be at least " + std::to_string(-rank) + " and below " +
                           std::to_string(rank));
  if (fromFirst == 0)
    return Inferred::error(what + ", the batch; must be another axis");
  return concat(inputs, fromFirst);
}

Inferred dot(const std::vector<Shape> &inputs, const std::vector<int64_t> &axes) {
  if (inputs.size() != 2)
    return Inferred::error(countInputs(inputs) + "; must be 2");
  if (axes.size() != 2)
    return Inferred::error("`axes` is " + toString(axes) + "; must have 2 axes");
  const std::string what = "`axes` is " + toString(axes) + " for shapes " + toString(inputs[0]) + " and " +
                           toString(inputs[1]);
  int64_t sizes[2];
  Shape result = {inputs[0].empty() ? kDynamic : inputs[0][0]};
  for (size_t i = 0; i < 2; ++i) {
    if (auto message = checkSample(inputs[i]))
      return Inferred::error(*message);
    const auto rank = static_cast<int64_t>(inputs[i].size());
    const int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
    if (axis < 0 || axis >= rank)
      return Inferred::error(what + "; each must be an axis of its input");
    if (axis == 0)
      return Inferred::error(what + ", and one of them the batch; must be other axes");
    sizes[i] = inputs[i][static_cast<size_t>(axis)];
    for (int64_t dim = 1; dim < rank; ++dim)
      if (dim != axis)
        result.push_back(inputs[i][static_cast<size_t>(dim)]);
  }
  if (inputs[0][0] != inputs[1][0])
    return Inferred::error(describePair(inputs, 0, 1) + "; sizes must be equal in the batch");
  if (sizes[0] != sizes[1])
    return Inferred::error(what + ", of sizes " + std::to_string(sizes[0]) + " and " + std::to_string(sizes[1]) +
                           "; must be equal");
  if (result.size() == 1)
    result.push_back(1);
  return result;
}

Inferred recurrent(const Shape &input, int64_t units, bool returnSequences) {
  if (units <= 0)
    return Inferred::error("`units` is " + std::to_string(units) + "; must be positive");
  if (input.size() != 3)
    return Inferred::error("input has shape " + toString(input) + ", of rank " + std::to_string(input.size()) +
                           "; must be (batch, steps, features), of rank 3");
  if (auto message = checkSample(input))
    return Inferred::error(*message);
  return returnSequences ? Shape{input[0], input[1], units} : Shape{input[0], units};
}

Inferred softmax(const Shape &input) {
  if (input.size() < 2)
    return Inferred::error("input has shape " + toString(input) +
                           "; rank must be at least 2 for softmax");
  return input;
}

//===----------------------------------------------------------------------===//
// Primitives
//===----------------------------------------------------------------------===//

std::optional<Equation> parseEquation(const std::string &text) {
  const size_t comma = text.find(','), arrow = text.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow)
    return std::nullopt;
  Equation equation{text.substr(0, comma),
                    text.substr(comma + 1, arrow - comma - 1),
                    text.substr(arrow + 2)};
  for (const std::string *term : {&equation.lhs, &equation.rhs, &equation.result})
    for (unsigned char label : *term)
      if (!std::isalpha(label))
        return std::nullopt;
  return equation;
}

/// Checks that `term` has one label for each dimension of `shape`.
static std::optional<std::string> checkTerm(const std::string &term,
                                            const Shape &shape) {
  if (term.size() != shape.size())
    return "term `" + term + "` has " + std::to_string(term.size()) +
           " labels for an operand of shape " + toString(shape);
  return std::nullopt;
}

static std::optional<std::string> findRepeated(const std::string &term) {
  for (size_t i = 0; i < term.size(); ++i)
    if (term.find(term[i], i + 1) != std::string::npos)
      return "label `" + std::string(1, term[i]) + "` occurs twice in term `" +
             term + "`";
  return std::nullopt;
}

static bool contains(const std::string &term, char label) {
  return term.find(label) != std::string::npos;
}

Inferred contract(const std::string &equation, const Shape &lhs,
                  const Shape &rhs) {
  const auto terms = parseEquation(equation);
  if (!terms)
    return Inferred::error("equation is \"" + equation +
                           "\"; must be of the form \"A,B->C\", with letters");
  for (const std::string &term : {terms->lhs, terms->rhs, terms->result})
    if (auto message = findRepeated(term))
      return Inferred::error(*message);
  if (auto message = checkTerm(terms->lhs, lhs))
    return Inferred::error(*message);
  if (auto message = checkTerm(terms->rhs, rhs))
    return Inferred::error(*message);

  std::map<char, int64_t> sizes;
  for (size_t i = 0; i < lhs.size(); ++i)
    sizes[terms->lhs[i]] = lhs[i];
  for (size_t i = 0; i < rhs.size(); ++i) {
    auto [it, isNew] = sizes.emplace(terms->rhs[i], rhs[i]);
    if (!isNew && it->second != rhs[i])
      return Inferred::error("label `" + std::string(1, terms->rhs[i]) +
                             "` is " + sizeToString(it->second) +
                             " in the first operand and " +
                             sizeToString(rhs[i]) + " in the second");
  }
  for (const auto &[label, size] : sizes)
    if (contains(terms->lhs, label) + contains(terms->rhs, label) +
            contains(terms->result, label) < 2)
      return Inferred::error(
          "label `" + std::string(1, label) +
          "` occurs in one term only; must occur in another operand or in the "
          "result");
  Shape result;
  for (char label : terms->result) {
    auto it = sizes.find(label);
    if (it == sizes.end())
      return Inferred::error("label `" + std::string(1, label) +
                             "` of the result occurs in no operand");
    result.push_back(it->second);
  }
  return result;
}

/// The message if `input` has no dimension `axis` of known size.
static std::optional<std::string> checkKnown(const Shape &input, int64_t axis) {
  if (axis < 0 || axis >= static_cast<int64_t>(input.size()))
    return "axis " + std::to_string(axis) + " of an input of rank " + std::to_string(input.size());
  if (input[axis] == kDynamic)
    return "axis " + std::to_string(axis) + " of " + toString(input) + " is dynamic; must be known";
  return std::nullopt;
}

Inferred concat(const std::vector<Shape> &inputs, int64_t axis) {
  if (inputs.empty())
    return Inferred::error("there are 0 inputs; must be at least 1");
  if (auto message = checkKnown(inputs[0], axis))
    return Inferred::error(*message);
  Shape result = inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) {
    Shape same = inputs[i];
    if (same.size() == result.size())
      same[axis] = inputs[0][axis];
    if (same != inputs[0])
      return Inferred::error(describePair(inputs, 0, i) + "; all sizes but that of axis " +
                             std::to_string(axis) + " must be equal");
    if (auto message = checkKnown(inputs[i], axis))
      return Inferred::error(*message);
    result[axis] += inputs[i][axis];
  }
  return result;
}

Inferred slice(const Shape &input, int64_t axis, int64_t offset, int64_t size) {
  if (auto message = checkKnown(input, axis))
    return Inferred::error(*message);
  if (offset < 0 || size <= 0 || offset > input[axis] - size)
    return Inferred::error(std::to_string(size) + " elements from " + std::to_string(offset) + " of axis " +
                           std::to_string(axis) + " of " + toString(input) + "; must be inside, and at least one");
  Shape result = input;
  result[axis] = size;
  return result;
}

Inferred transpose(const Shape &input, const std::vector<int64_t> &perm) {
  if (perm.size() != input.size() || !isPermutation(perm, 0))
    return Inferred::error("permutation is " + toString(perm) + " for shape " + toString(input) +
                           "; must have each dimension once");
  Shape result;
  for (int64_t dim : perm)
    result.push_back(input[dim]);
  return result;
}

/// Elements of the groups of dimensions before and behind each batch.
static std::vector<int64_t> groupsOf(const Shape &shape) {
  std::vector<int64_t> groups = {1};
  for (int64_t size : shape)
    if (size == kDynamic)
      groups.push_back(1);
    else
      groups.back() = saturatingProduct(groups.back(), size);
  return groups;
}

bool canView(const Shape &from, const Shape &to) {
  const std::vector<int64_t> groups = groupsOf(from);
  return groups.size() <= 2 && groups == groupsOf(to);
}

Inferred reduce(const Shape &input, const std::vector<int64_t> &axes) {
  const auto rank = static_cast<int64_t>(input.size());
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] < 0 || axes[i] >= rank)
      return Inferred::error("axis " + std::to_string(axes[i]) +
                             " of an input of rank " + std::to_string(rank));
    if (i && axes[i] <= axes[i - 1])
      return Inferred::error("axes are " + toString(axes) +
                             "; must be strictly increasing");
  }
  Shape result;
  for (int64_t i = 0; i < rank; ++i)
    if (!std::binary_search(axes.begin(), axes.end(), i))
      result.push_back(input[i]);
  return result;
}

} // namespace ingot::shape
