//===- Elements.h - elements as files have them ----------------*- C++ -*-===//
//
// What safetensors and NPY have in common: the element types, and how they
// become those of Array.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ingot::rt {

enum class ElementType {
  Bool,
  U8,
  I8,
  U16,
  I16,
  F16,
  BF16,
  U32,
  I32,
  F32,
  U64,
  I64,
  F64
};

/// How the elements of a file lie.
struct ElementLayout {
  ElementType type = ElementType::F32;
  bool bigEndian = false;
  /// The first extent is the innermost, as in Fortran.
  bool columnMajor = false;
};

/// Bytes of one element.
std::size_t elementBytes(ElementType type);

/// Bytes of a tensor, or nullopt if they are more than memory can hold.
std::optional<std::size_t> tensorBytes(const Shape &shape,
                                       std::size_t bytesOfElement);

/// The elements in `bytes`, which are as many as `shape` says, row-major. F32,
/// I32 and U8 stay what they are, Bool becomes u8, floats become f32, of F64
/// the nearest, and other integers i32. Throws Error if one does not fit;
/// `subject` begins its sentence. A scalar becomes [1].
Array convertElements(std::span<const std::byte> bytes, Shape shape,
                      const ElementLayout &layout, std::string_view subject);

/// The elements of `array` as they lie in memory.
std::span<const std::byte> bytesOf(const Array &array);

/// `text` between backticks, shortened, with control characters and what is not
/// ASCII as \xHH, so that a message is one line whatever a file says.
std::string quotedText(std::string_view text);

} // namespace ingot::rt
