//===- FileBytes.h - a file as bytes ---------------------------*- C++ -*-===//
//
// Maps a file, so that no more of it is in memory than is looked at.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace ingot::rt {

/// A mapped file. Copies share the mapping.
struct FileBytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
};

/// Maps the file `path`. Throws Error, which names it, if it cannot be opened
/// or is not a regular file.
FileBytes mapFile(const std::filesystem::path &path);

} // namespace ingot::rt
