//===- AtomicFile.h - a file that is whole or not there --------*- C++ -*-===//
//
// Writes beside the file, then syncs, renames and syncs the directory: after a
// kill or a loss of power at any moment the file is what it was or all of the
// new. The file beside it, `.NAME.part`, may stay behind; it is locked while it
// is written, and the next writer starts it anew.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Descriptor.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace ingot::rt {

class AtomicFile {
public:
  /// Begins to write the file `path`; a symbolic link is followed. Throws
  /// Error, which names `path`, if its directory cannot be written, another
  /// process is writing it, or it is there and is no regular file.
  explicit AtomicFile(const std::filesystem::path &path);
  /// Removes what was written unless it was committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile &) = delete;
  AtomicFile &operator=(const AtomicFile &) = delete;

  void write(std::span<const std::byte> bytes);

  /// Puts the file in its place. Throws Error if it is not certain to be on the
  /// disk.
  void commit();

private:
  [[noreturn]] void fail(int error) const;
  void lock();

  /// As the caller called it, for messages.
  std::filesystem::path given;
  std::filesystem::path target, part;
  Descriptor file;
  bool committed = false;
};

/// Writes `bytes` to the file `path`, all or nothing.
void writeFile(const std::filesystem::path &path,
               std::span<const std::byte> bytes);

} // namespace ingot::rt
