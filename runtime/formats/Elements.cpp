//===- Elements.cpp - elements as files have them ------------------------===//
#include "Elements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

using namespace ingot::rt;

static_assert(std::endian::native == std::endian::little,
              "elements of files are copied as they are");

std::size_t ingot::rt::elementBytes(ElementType type) {
  switch (type) {
  case ElementType::Bool:
  case ElementType::U8:
  case ElementType::I8:
    return 1;
  case ElementType::U16:
  case ElementType::I16:
  case ElementType::F16:
  case ElementType::BF16:
    return 2;
  case ElementType::U32:
  case ElementType::I32:
  case ElementType::F32:
    return 4;
  case ElementType::U64:
  case ElementType::I64:
  case ElementType::F64:
    break;
  }
  return 8;
}

std::optional<std::size_t> ingot::rt::tensorBytes(const Shape &shape,
                                                  std::size_t bytesOfElement) {
  auto bytes = static_cast<std::int64_t>(bytesOfElement);
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes))
      return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

std::span<const std::byte> ingot::rt::bytesOf(const Array &array) {
  return {static_cast<const std::byte *>(array.data()),
          static_cast<std::size_t>(array.size()) * dtypeBytes(array.dtype())};
}

std::string ingot::rt::quotedText(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string quoted = "`";
  for (const char c : text.substr(0, longest)) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code >= 0x7f)
      quoted += fmt::format("\\x{:02x}", code);
    else
      quoted += c;
  }
  return quoted + (text.size() > longest ? "...`" : "`");
}

//===----------------------------------------------------------------------===//
// One element
//===----------------------------------------------------------------------===//

/// IEEE 754 binary16; every value is one of binary32.
static float halfToFloat(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  float magnitude;
  if (exponent == 0x1f) {
    // NaN keeps its payload.
    magnitude = std::bit_cast<float>(
        0x7f800000u | static_cast<std::uint32_t>(fraction) << 13);
  } else {
    magnitude = exponent ? std::ldexp(static_cast<float>(fraction + 0x400),
                                      exponent - 25)
                         : std::ldexp(static_cast<float>(fraction), -24);
  }
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) |
                              static_cast<std::uint32_t>(bits & 0x8000) << 16);
}

namespace {

/// Reads element after element in row-major order, wherever it lies.
class Cursor {
public:
  Cursor(std::span<const std::byte> bytes, const Shape &shape,
         const ElementLayout &layout)
      : bytes(bytes), layout(layout), shape(shape), at(shape.size()),
        width(elementBytes(layout.type)) {
    std::size_t stride = 1;
    for (const std::int64_t extent : shape) {
      strides.push_back(stride);
      stride *= static_cast<std::size_t>(extent);
    }
  }

  template <class Bits> Bits next() {
    std::array<std::byte, sizeof(Bits)> element;
    std::memcpy(element.data(), bytes.data() + position * width, sizeof(Bits));
    if (layout.bigEndian)
      std::ranges::reverse(element);
    advance();
    return std::bit_cast<Bits>(element);
  }

private:
  void advance() {
    if (!layout.columnMajor) {
      ++position;
      return;
    }
    // Counts like an odometer; the last dimension turns fastest.
    for (std::size_t i = shape.size(); i-- > 0;) {
      position += strides[i];
      if (++at[i] < shape[i])
        return;
      position -= strides[i] * static_cast<std::size_t>(shape[i]);
      at[i] = 0;
    }
  }

  std::span<const std::byte> bytes;
  ElementLayout layout;
  const Shape &shape;
  std::vector<std::int64_t> at;
  std::vector<std::size_t> strides;
  std::size_t width;
  std::size_t position = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// All elements
//===----------------------------------------------------------------------===//

template <class Bits, class Convert>
static auto convertAll(std::span<const std::byte> bytes, const Shape &shape,
                       const ElementLayout &layout, Convert convert) {
  Cursor cursor(bytes, shape, layout);
  std::vector<decltype(convert(Bits()))> values(bytes.size() / sizeof(Bits));
  for (auto &value : values)
    value = convert(cursor.next<Bits>());
  return values;
}

template <class T>
static Array copyAll(std::span<const std::byte> bytes, const Shape &shape,
                     const ElementLayout &layout) {
  if (layout.bigEndian || layout.columnMajor)
    return {convertAll<T>(bytes, shape, layout, [](T value) { return value; }),
            shape};
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty())
    std::memcpy(values.data(), bytes.data(), bytes.size());
  return {std::move(values), shape};
}

template <class Bits>
static std::vector<std::int32_t>
narrowAll(std::span<const std::byte> bytes, const Shape &shape,
          const ElementLayout &layout, std::string_view subject) {
  std::size_t index = 0;
  return convertAll<Bits>(bytes, shape, layout, [&](Bits value) {
    if (!std::in_range<std::int32_t>(value))
      throw Error(fmt::format("{} has {} as element {}, which does not fit i32",
                              subject, value, index));
    ++index;
    return static_cast<std::int32_t>(value);
  });
}

Array ingot::rt::convertElements(std::span<const std::byte> bytes, Shape shape,
                                 const ElementLayout &layout,
                                 std::string_view subject) {
  if (shape.empty())
    shape.push_back(1);
  const auto narrowed = [&]<class Bits>(Bits) -> Array {
    return {narrowAll<Bits>(bytes, shape, layout, subject), shape};
  };
  switch (layout.type) {
  case ElementType::Bool:
    return {convertAll<std::uint8_t>(
                bytes, shape, layout,
                [](std::uint8_t value) -> std::uint8_t { return value != 0; }),
            shape};
  case ElementType::U8:
    return copyAll<std::uint8_t>(bytes, shape, layout);
  case ElementType::I8:
    return narrowed(std::int8_t());
  case ElementType::U16:
    return narrowed(std::uint16_t());
  case ElementType::I16:
    return narrowed(std::int16_t());
  case ElementType::U32:
    return narrowed(std::uint32_t());
  case ElementType::I32:
    return copyAll<std::int32_t>(bytes, shape, layout);
  case ElementType::U64:
    return narrowed(std::uint64_t());
  case ElementType::I64:
    return narrowed(std::int64_t());
  case ElementType::F16:
    return {convertAll<std::uint16_t>(bytes, shape, layout, halfToFloat),
            shape};
  case ElementType::BF16:
    return {convertAll<std::uint16_t>(bytes, shape, layout,
                                      [](std::uint16_t bits) {
                                        return std::bit_cast<float>(
                                            std::uint32_t{bits} << 16);
                                      }),
            shape};
  case ElementType::F32:
    return copyAll<float>(bytes, shape, layout);
  case ElementType::F64:
    break;
  }
  return {convertAll<double>(
              bytes, shape, layout,
              [](double value) { return static_cast<float>(value); }),
          shape};
}
