//===- safetensors.h - reads and writes safetensors files ------*- C++ -*-===//
//
// The format of weights and checkpoints, also of other people's: eight bytes
// of little-endian header length, a JSON header, the tensors' bytes. Its
// description is the README of github.com/huggingface/safetensors, "Format".
//
//   for (const auto &[name, array] : rt::read_safetensors("w.safetensors"))
//     std::cout << name << " " << rt::shapeText(array.shape()) << "\n";
//
//   const rt::Safetensors file("w.safetensors");     // without copying
//   const rt::SafetensorsTensor *kernel = file.find("dense/kernel");
//
// Nothing in a file is believed: lengths, offsets and shapes are checked
// against each other and against the file before anything is allocated for
// them. A file that breaks a rule of the format is refused as a whole.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::rt {

/// One tensor of a file.
struct SafetensorsTensor {
  std::string name;
  /// As the file spells it: "F32", "I32", "BF16", ...
  std::string dtype;
  /// Outermost extent first; empty: a scalar.
  Shape shape;
  /// Row-major and little-endian, as many as dtype and shape take, aligned to
  /// nothing.
  std::span<const std::byte> bytes;
};

/// Text that goes with the tensors of a file, by key.
using SafetensorsMetadata = std::map<std::string, std::string>;

/// A safetensors file that holds together. Copies share its bytes.
class Safetensors {
public:
  /// Maps the file `path`, which must not be made shorter while it is used;
  /// replacing it by a rename, as all writers here do, is fine. Throws Error,
  /// which names the file and the first rule that it breaks.
  explicit Safetensors(const std::filesystem::path &path);

  /// Reads `bytes`, which must live as long. `name` is for messages.
  Safetensors(std::span<const std::byte> bytes, std::string name);

  /// How messages call the file.
  const std::string &name() const { return fileName; }
  /// In the order of their bytes.
  const std::vector<SafetensorsTensor> &tensors() const { return list; }
  /// The tensor called `name`, or nullptr.
  const SafetensorsTensor *find(std::string_view name) const;
  const SafetensorsMetadata &metadata() const { return texts; }

  /// Compares the file with the checksum that write_safetensors gave it. Throws
  /// Error if a bit is other than it was written. False: it has no checksum,
  /// being someone else's.
  bool verify_checksum() const;

  /// A copy of `tensor`, one of tensors(). F32, I32 and U8 stay what they are,
  /// BOOL becomes u8. F16 and BF16 become f32, exactly, F64 becomes the nearest
  /// f32; other integers become i32. Throws Error if an integer does not fit,
  /// or for any other type. A scalar becomes [1].
  Array array(const SafetensorsTensor &tensor) const;

private:
  void parse();

  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes, header;
  std::string fileName;
  std::vector<SafetensorsTensor> list;
  std::map<std::string, std::size_t, std::less<>> indices;
  SafetensorsMetadata texts;
};

/// All tensors of the file `path`, as Safetensors reads them, in the order of
/// their bytes. Its checksum is verified if it has one.
NamedList<Array> read_safetensors(const std::filesystem::path &path);

/// Writes `tensors` to the file `path` in their order: beside it at first, then
/// synced and renamed, so that the file is never half of one. The key "crc32"
/// of the metadata becomes the checksum of zlib over the whole file, with zeros
/// in place of its eight digits. Throws Error, which names the file, if it
/// cannot be written, two tensors have one name, or a name is not UTF-8.
void write_safetensors(const std::filesystem::path &path,
                       std::span<const SafetensorsTensor> tensors,
                       SafetensorsMetadata metadata = {});
/// The same of arrays.
void write_safetensors(const std::filesystem::path &path,
                       const NamedList<Array> &arrays,
                       SafetensorsMetadata metadata = {});

} // namespace ingot::rt
