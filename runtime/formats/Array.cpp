//===- Array.cpp - shapes and conversions of arrays ----------------------===//
//
// The parts of Array that do not depend on the type it is made of.
//
//===----------------------------------------------------------------------===//
#include "ingot/array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

using namespace ingot::rt;

std::string_view ingot::rt::dtypeName(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "f32";
  case DType::I32:
    return "i32";
  case DType::U8:
    break;
  }
  return "u8";
}

std::size_t ingot::rt::dtypeBytes(DType dtype) {
  return dtype == DType::U8 ? 1 : 4;
}

std::string ingot::rt::shapeText(const Shape &shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::int64_t Array::elements(const Shape &shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0)
      throw Error(
          fmt::format("the shape {} has a negative extent", shapeText(shape)));
    if (__builtin_mul_overflow(count, extent, &count))
      throw Error(
          fmt::format("the shape {} has more elements than memory can hold",
                      shapeText(shape)));
  }
  return count;
}

Shape Array::resolve(Shape given, std::int64_t count) {
  if (given.empty())
    throw Error("the shape [] has no dimension; the first one counts samples");
  Shape known = given;
  std::int64_t *open = nullptr;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] != -1)
      continue;
    if (open)
      throw Error(fmt::format("the shape {} leaves more than one extent open",
                              shapeText(given)));
    open = &given[i];
    known[i] = 1;
  }
  const std::int64_t others = elements(known);
  if (open && others > 0 && count % others == 0)
    *open = count / others;
  else if (open || others != count)
    throw Error(fmt::format("the shape {} does not fit {} elements",
                            shapeText(given), count));
  return given;
}

std::int32_t Array::narrow(std::int64_t value) {
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max())
    throw Error(fmt::format("the value {} does not fit i32", value));
  return static_cast<std::int32_t>(value);
}

void Array::requireDType(DType wanted) const {
  if (type != wanted)
    throw Error(fmt::format("the array is {} and was read as {}",
                            dtypeName(type), dtypeName(wanted)));
}

void Array::refuseVector() const {
  throw Error(fmt::format("an array of shape {} does not fit a vector",
                          shapeText(extents)));
}

Array Array::reshape(Shape shape) const {
  Array result = *this;
  result.extents = resolve(std::move(shape), size());
  return result;
}

Array Array::slice(std::int64_t begin, std::int64_t end) const {
  if (begin < 0 || begin > end || end > rows())
    throw Error(fmt::format("rows [{}, {}) were asked for and the array has {}",
                            begin, end, rows()));
  Array result = *this;
  result.extents.front() = end - begin;
  // Without rows there may be no memory to step through either.
  if (begin > 0) {
    const std::int64_t rowBytes =
        size() / rows() * static_cast<std::int64_t>(dtypeBytes(type));
    result.memory = static_cast<const std::byte *>(memory) + begin * rowBytes;
  }
  return result;
}

template <class T>
static std::vector<float> scale(std::span<const T> from, float factor) {
  std::vector<float> to(from.size());
  for (std::size_t i = 0; i < from.size(); ++i)
    to[i] = static_cast<float>(from[i]) * factor;
  return to;
}

Array Array::scaled(float factor) const {
  switch (type) {
  case DType::F32:
    return {scale(f32(), factor), extents};
  case DType::I32:
    return {scale(i32(), factor), extents};
  case DType::U8:
    break;
  }
  return {scale(u8(), factor), extents};
}
