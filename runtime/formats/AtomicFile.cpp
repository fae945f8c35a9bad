//===- AtomicFile.cpp - a file that is whole or not there ----------------===//
#include "AtomicFile.h"

#include "ingot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

using namespace ingot::rt;

void AtomicFile::fail(int error) const {
  throw Error(fmt::format("`{}` cannot be written: {}", given.string(),
                          systemMessage(error)));
}

AtomicFile::AtomicFile(const std::filesystem::path &path)
    : given(path), target(path) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    target = std::filesystem::weakly_canonical(path, error);
    if (error)
      fail(error.value());
  }
  struct stat present;
  const bool exists = ::stat(target.c_str(), &present) == 0;
  // A rename would replace a device by a file, or move it into a directory.
  if (exists && !S_ISREG(present.st_mode))
    throw Error(fmt::format(
        "`{}` cannot be written: it is {}; must be a file", given.string(),
        S_ISDIR(present.st_mode) ? "a directory" : "a device or a pipe"));
  if (!target.has_filename())
    throw Error(fmt::format("`{}` cannot be written: it names no file",
                            given.string()));
  part = target.parent_path() /
         fmt::format(".{}.part", target.filename().string());
  lock();
  if (::ftruncate(file.get(), 0) != 0 ||
      (exists && ::fchmod(file.get(), present.st_mode & 07777) != 0)) {
    const int code = errno;
    ::unlink(part.c_str());
    fail(code);
  }
}

/// Opens `part` and locks it.
void AtomicFile::lock() {
  for (;;) {
    file = Descriptor(::open(
        part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!file)
      fail(errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        throw Error(fmt::format("`{}` cannot be written: another process is "
                                "writing it",
                                given.string()));
      fail(errno);
    }
    // Another writer may have renamed it between the two calls: what is locked
    // then is the finished file.
    struct stat opened, named;
    if (::fstat(file.get(), &opened) != 0)
      fail(errno);
    if (::stat(part.c_str(), &named) == 0 && named.st_ino == opened.st_ino &&
        named.st_dev == opened.st_dev)
      return;
  }
}

AtomicFile::~AtomicFile() {
  if (file && !committed)
    ::unlink(part.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(file.get()) != 0)
    fail(errno);
  if (::rename(part.c_str(), target.c_str()) != 0)
    fail(errno);
  committed = true;
  // The name is on the disk when its directory is.
  const std::filesystem::path parent = target.parent_path();
  const Descriptor directory(::open(parent.empty() ? "." : parent.c_str(),
                                    O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync a directory, and then need not.
  if (!directory || (::fsync(directory.get()) != 0 && errno != EINVAL))
    fail(errno);
}

void ingot::rt::writeFile(const std::filesystem::path &path,
                          std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}
