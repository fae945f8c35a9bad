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
