//===- SafetensorsHeader.h - the JSON of a safetensors file ----*- C++ -*-===//
//
// Reads the header as a stream of events, without a document in between: what
// it may contain is three levels deep, and the first thing that is not allowed
// ends it. Numbers are not compared with anything yet.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Elements.h"

#include "ingot/safetensors.h"

namespace ingot::rt {

/// What a header says of one tensor.
struct HeaderEntry {
  std::string name;
  std::string dtype;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<HeaderEntry> entries;
  SafetensorsMetadata metadata;

  /// Reads `text`. Returns why it is refused, as the rest of a sentence that
  /// begins with the file; empty if it is not.
  std::string parse(std::string_view text);
};

/// Bytes of an element of type `dtype`, or nullopt if the format does not have
/// it.
std::optional<std::size_t> safetensorsBytes(std::string_view dtype);
/// "BOOL, U8, ...".
std::string safetensorsTypes();
/// The type as arrays are made of, or nullopt if none is (8-bit floats,
/// complex numbers).
std::optional<ElementType> safetensorsElement(std::string_view dtype);

/// `array` as a tensor of a file, whose memory must live as long.
SafetensorsTensor tensorOf(std::string name, const Array &array);

/// Key of the checksum, and what stands before its digits in a header that is
/// written without spaces. Elsewhere in a header it cannot stand: in a text
/// there is a backslash before each quote.
inline constexpr char checksumKey[] = "crc32";
inline constexpr std::string_view checksumMarker = "\"crc32\":\"";
inline constexpr std::size_t checksumDigits = 8;

} // namespace ingot::rt
