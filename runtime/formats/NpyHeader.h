//===- NpyHeader.h - what stands before the elements of an NPY -*- C++ -*-===//
#pragma once

#include "Elements.h"

namespace ingot::rt {

struct NpyHeader {
  ElementLayout layout;
  Shape shape;
  /// Bytes of all elements.
  std::size_t dataBytes = 0;
};

/// The first bytes of an NPY, which say how long its header is. Version 1.0
/// has two bytes for it and is read as one that has four.
inline constexpr std::size_t npyStart = 12;

/// Where the elements begin in a file that begins with `start`, up to npyStart
/// bytes. Throws Error; `subject` begins its sentence.
std::size_t npyDataOffset(std::span<const std::byte> start,
                          std::string_view subject);

/// Reads `bytes`, everything in front of the elements.
NpyHeader parseNpyHeader(std::span<const std::byte> bytes,
                         std::string_view subject);

/// The array of `data`, everything behind the header. Throws Error unless it has
/// as many bytes as the header promises.
Array npyArray(NpyHeader header, std::span<const std::byte> data,
               std::string_view subject);

/// What write_npy writes in front of the elements of `array`.
std::string npyHeaderText(const Array &array);

} // namespace ingot::rt
