//===- Tensor.h - a value in a model under construction --------*- C++ -*-===//
#pragma once

#include "ingot/ModelError.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

namespace graph {
struct Layer;
struct TensorRef;
}

/// A size that is only known at run time: the batch. Keras' `None`.
inline constexpr int64_t None = std::numeric_limits<int64_t>::min();

/// Sizes of a tensor, batch first: `{None, 784}`.
using Shape = std::vector<int64_t>;

/// "(None, 784)", as Keras prints it.
std::string shape_text(const Shape &shape);

/// What a call of a layer gives: a symbolic value, no numbers. Cheap to copy.
class Tensor {
public:
  /// No value; using it is an error.
  Tensor() = default;

  /// Batch first: `{None, 784}`. Throws Error if there is no value.
  Shape shape(SourceLocation loc = std::source_location::current()) const;
  /// "float32" or "int32". Throws Error if there is no value.
  std::string dtype(SourceLocation loc = std::source_location::current()) const;

  /// Identity: the same result of the same call of the same layer.
  bool operator==(const Tensor &other) const = default;

  /// For the compiler: the recorded value.
  explicit Tensor(const graph::TensorRef &value);
  graph::TensorRef ref(SourceLocation loc = std::source_location::current()) const;
  bool isNull() const { return !layer; }

private:
  std::shared_ptr<graph::Layer> layer;
  unsigned node = 0;
  unsigned index = 0;
};

/// One tensor or a list of them: `x`, `{a, b}`.
class Tensors {
public:
  Tensors(const Tensor &tensor) : items{tensor} {}
  Tensors(std::initializer_list<Tensor> tensors) : items(tensors) {}
  Tensors(std::vector<Tensor> tensors) : items(std::move(tensors)) {}

  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  std::size_t size() const { return items.size(); }
  const Tensor &operator[](std::size_t i) const { return items[i]; }

private:
  std::vector<Tensor> items;
};

/// What a call of a layer gives: a list of tensors, which is a tensor too if it
/// has one.
///
///   Tensor y = Dense(3)(x);
///   Results both = two_outputs({a, b}); // both[0], both[1]
class Results : public Tensors {
public:
  /// `what` is for messages: "the call of `dense`".
  Results(std::vector<Tensor> tensors, std::string what, SourceLocation loc,
          std::vector<Note> notes = {})
      : Tensors(std::move(tensors)), what(std::move(what)),
        loc(std::move(loc)), notes(std::move(notes)) {}

  /// The only one; throws Error where the list was asked for if there are more.
  operator Tensor() const;
  /// Those of the only one.
  Shape shape(SourceLocation loc = std::source_location::current()) const { return Tensor(*this).shape(loc); }
  std::string dtype(SourceLocation loc = std::source_location::current()) const { return Tensor(*this).dtype(loc); }

  /// Identity, one by one. A comparison with a Tensor takes the only one.
  bool operator==(const Results &other) const;

private:
  std::string what;
  SourceLocation loc;
  std::vector<Note> notes;
};

} // namespace ingot
