//===- array.h - data that goes into and comes out of models ---*- C++ -*-===//
//
// Array is a row-major tensor of f32, i32 or u8, either a view of the caller's
// memory or the owner of its own. Arrays is what a model takes: one array, or
// several by position or by name.
//
//   std::vector<float> pixels = ...;                  // 60000 * 784 values
//   rt::Array x(pixels, {60000, 784});                // a view
//   rt::Array h(std::move(hours));                    // an owner, shape [n]
//   Eigen::MatrixXf m = ...;  rt::Array(m);           // column-major: a copy
//   model.fit({{"pixels", x}, {"hour", h}}, y);       // by name
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/error.h"
#include "ingot/named_list.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ingot::rt {

/// Element types. Models take and give F32 and I32; U8 is how image and label
/// files store their data, and converts to I32 by itself where a model wants
/// I32.
enum class DType { F32, I32, U8 };

/// "f32", "i32" or "u8".
std::string_view dtypeName(DType dtype);
/// Bytes of one element.
std::size_t dtypeBytes(DType dtype);

/// Extent of each dimension, outermost first; the first one counts samples.
using Shape = std::vector<std::int64_t>;

/// "[60000, 784]".
std::string shapeText(const Shape &shape);

/// C++ types an Array can be made of. double becomes f32 and 64-bit integers
/// become i32, both by copying.
template <class T>
concept Element = std::same_as<T, float> || std::same_as<T, double> ||
    std::same_as<T, std::uint8_t> ||
    (std::signed_integral<T> && (sizeof(T) == 4 || sizeof(T) == 8));

/// Matrices and vectors of Eigen, and whatever else looks like them: this
/// header does not include Eigen.
template <class M>
concept EigenLike = Element<typename M::Scalar> && requires(const M &m) {
  { M::IsVectorAtCompileTime } -> std::convertible_to<bool>;
  { M::IsRowMajor } -> std::convertible_to<bool>;
  { m.rows() } -> std::integral;
  { m.cols() } -> std::integral;
  m.coeff(m.rows(), m.cols());
};

/// A row-major tensor that cannot be written. Copying is cheap and shares the
/// memory. A view must not outlive the memory it was made of; an array made of
/// an rvalue or by a conversion owns a copy. Reading from several threads is
/// safe.
class Array {
public:
  /// No data: shape [0].
  Array() = default;

  /// A view of `data`, which holds the product of `shape` elements.
  template <Element T> Array(const T *data, Shape shape) {
    const auto count = static_cast<std::size_t>(elements(shape));
    view(data, count, std::move(shape));
  }

  /// A view of `values`. The default shape is [values.size()]; one extent may
  /// be -1. Throws Error if `shape` has another number of elements.
  template <class T, std::size_t extent>
  requires Element<std::remove_const_t<T>> Array(std::span<T, extent> values,
                                                 Shape shape = {-1}) {
    view(values.data(), values.size(), std::move(shape));
  }
  template <Element T> Array(const std::vector<T> &values, Shape shape = {-1}) {
    view(values.data(), values.size(), std::move(shape));
  }

  /// Takes `values` over; otherwise as above.
  template <Element T> Array(std::vector<T> &&values, Shape shape = {-1}) {
    own(std::move(values), std::move(shape));
  }

  /// A view of an Eigen lvalue whose memory is row-major without gaps, a copy
  /// of any other (column-major, expressions, blocks, rvalues). Vectors become
  /// [n], matrices [rows, cols].
  template <class M>
  requires EigenLike<std::remove_cvref_t<M>> Array(M &&matrix) {
    fromEigen(std::forward<M>(matrix));
  }

  DType dtype() const { return type; }
  const Shape &shape() const { return extents; }
  /// Number of elements.
  std::int64_t size() const { return elements(extents); }
  /// Extent of the first dimension.
  std::int64_t rows() const { return extents.front(); }
  /// First element; nullptr if there are none.
  const void *data() const { return memory; }

  /// The elements in row-major order. Throws Error if dtype() is another.
  std::span<const float> f32() const { return values<float>(DType::F32); }
  std::span<const std::int32_t> i32() const {
    return values<std::int32_t>(DType::I32);
  }
  std::span<const std::uint8_t> u8() const {
    return values<std::uint8_t>(DType::U8);
  }

  /// The same memory with another shape; one extent may be -1. Throws Error if
  /// the number of elements differs.
  Array reshape(Shape shape) const;

  /// The same memory, rows [begin, end) only. Throws Error unless
  /// 0 <= begin <= end <= rows().
  Array slice(std::int64_t begin, std::int64_t end) const;

  /// Every element as f32, times `factor`: `images.scaled(1 / 255.f)`.
  Array scaled(float factor) const;

  /// A copy as an Eigen matrix; dimensions after the first become columns. As
  /// an Eigen vector if there is one row or one column, else Error.
  template <class M> M to() const;

private:
  template <class T> static constexpr DType dtypeOf() {
    if constexpr (std::floating_point<T>)
      return DType::F32;
    else
      return sizeof(T) == 1 ? DType::U8 : DType::I32;
  }

  static std::int64_t elements(const Shape &shape);
  /// Checks `given` against `count` elements, filling in -1.
  static Shape resolve(Shape given, std::int64_t count);
  static std::int32_t narrow(std::int64_t value);
  void requireDType(DType wanted) const;
  [[noreturn]] void refuseVector() const;

  template <class T> std::span<const T> values(DType wanted) const {
    requireDType(wanted);
    return {static_cast<const T *>(memory), static_cast<std::size_t>(size())};
  }

  template <class T> void view(const T *data, std::size_t count, Shape shape) {
    if constexpr (std::same_as<T, double> ||
                  (std::integral<T> && sizeof(T) == 8)) {
      own(std::vector<T>(data, data + count), std::move(shape));
    } else {
      extents = resolve(std::move(shape), static_cast<std::int64_t>(count));
      type = dtypeOf<T>();
      memory = data;
    }
  }

  template <class T> void own(std::vector<T> &&values, Shape shape) {
    if constexpr (std::same_as<T, double>) {
      std::vector<float> converted(values.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        converted[i] = static_cast<float>(values[i]);
      own(std::move(converted), std::move(shape));
    } else if constexpr (std::integral<T> && sizeof(T) == 8) {
      std::vector<std::int32_t> converted(values.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        converted[i] = narrow(values[i]);
      own(std::move(converted), std::move(shape));
    } else {
      auto kept = std::make_shared<const std::vector<T>>(std::move(values));
      view(kept->data(), kept->size(), std::move(shape));
      owner = std::move(kept);
    }
  }

  template <class M> void fromEigen(M &&matrix);

  std::shared_ptr<const void> owner;
  const void *memory = nullptr;
  Shape extents{0};
  DType type = DType::F32;
};

template <class M> void Array::fromEigen(M &&matrix) {
  using Matrix = std::remove_cvref_t<M>;
  using Scalar = typename Matrix::Scalar;
  constexpr bool isVector = Matrix::IsVectorAtCompileTime;
  const std::int64_t rows = matrix.rows(), cols = matrix.cols();
  Shape shape = isVector ? Shape{rows * cols} : Shape{rows, cols};
  if constexpr (std::is_lvalue_reference_v<M> &&
                (isVector || Matrix::IsRowMajor) && requires {
                  matrix.data();
                  matrix.innerStride();
                  matrix.outerStride();
                }) {
    if (matrix.innerStride() == 1 &&
        (isVector || matrix.outerStride() == cols)) {
      view(static_cast<const Scalar *>(matrix.data()),
           static_cast<std::size_t>(rows * cols), std::move(shape));
      return;
    }
  }
  // An expression is evaluated once, not once per coefficient.
  const auto &evaluated = matrix.eval();
  std::vector<Scalar> copy;
  copy.reserve(static_cast<std::size_t>(rows * cols));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      copy.push_back(evaluated.coeff(r, c));
  own(std::move(copy), std::move(shape));
}

template <class M> M Array::to() const {
  constexpr bool isVector = M::IsVectorAtCompileTime;
  const std::int64_t cols = rows() ? size() / rows() : 0;
  if (isVector && cols != 1 && rows() != 1)
    refuseVector();
  M matrix = [&] {
    if constexpr (isVector)
      return M(size());
    else
      return M(rows(), cols);
  }();
  const auto copy = [&](auto from) {
    for (std::int64_t i = 0; i < size(); ++i) {
      const auto value =
          static_cast<typename M::Scalar>(from[static_cast<std::size_t>(i)]);
      if constexpr (isVector)
        matrix.coeffRef(i) = value;
      else
        matrix.coeffRef(i / cols, i % cols) = value;
    }
  };
  if (type == DType::F32)
    copy(f32());
  else if (type == DType::I32)
    copy(i32());
  else
    copy(u8());
  return matrix;
}

/// The data of a model's inputs, targets or sample weights: one array, several
/// in the model's order, or several by name. Anything that converts to Array
/// may stand for one.
class Arrays {
public:
  /// None.
  Arrays() = default;

  template <class T>
  requires std::convertible_to<T &&, Array> Arrays(T &&one)
      : list{{std::string(), std::forward<T>(one)}}, isSingle(true) {}

  /// In the model's order.
  Arrays(std::initializer_list<Array> inOrder) {
    for (const Array &array : inOrder)
      list.add({}, array);
  }
  Arrays(const std::vector<Array> &inOrder) {
    for (const Array &array : inOrder)
      list.add({}, array);
  }

  /// By name, in any order.
  Arrays(std::initializer_list<std::pair<std::string, Array>> byName)
      : list(byName), hasNames(true) {}
  Arrays(const std::map<std::string, Array> &byName) : hasNames(true) {
    for (const auto &[name, array] : byName)
      list.add(name, array);
  }
  Arrays(NamedList<Array> byName) : list(std::move(byName)), hasNames(true) {}

  bool empty() const { return list.empty(); }
  std::size_t size() const { return list.size(); }
  /// Whether items() carry names; otherwise their order counts.
  bool named() const { return hasNames; }
  /// Whether it is one array that did not stand in a list.
  bool single() const { return isSingle; }
  const NamedList<Array> &items() const { return list; }

private:
  NamedList<Array> list;
  bool hasNames = false;
  bool isSingle = false;
};

} // namespace ingot::rt
