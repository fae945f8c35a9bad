//===- FileBytes.cpp - a file as bytes -----------------------------------===//
#include "FileBytes.h"

#include "Descriptor.h"

#include "ingot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

using namespace ingot::rt;

FileBytes ingot::rt::mapFile(const std::filesystem::path &path) {
  const std::string name = path.string();
  // A FIFO would wait for its other end.
  const Descriptor file(
      ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file)
    throw Error(
        fmt::format("`{}` cannot be opened: {}", name, systemMessage(errno)));
  struct stat status;
  if (::fstat(file.get(), &status) != 0)
    throw Error(
        fmt::format("`{}` cannot be read: {}", name, systemMessage(errno)));
  if (S_ISDIR(status.st_mode))
    throw Error(fmt::format("`{}` is a directory; a file is expected", name));
  if (!S_ISREG(status.st_mode))
    throw Error(
        fmt::format("`{}` is a device or a pipe; a file is expected", name));
  if (status.st_size == 0)
    return {};

  const auto size = static_cast<std::size_t>(status.st_size);
  void *memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED)
    throw Error(
        fmt::format("`{}` cannot be read: {}", name, systemMessage(errno)));
  std::shared_ptr<const void> owner(
      memory, [size](void *mapped) { ::munmap(mapped, size); });
  return {std::move(owner), {static_cast<const std::byte *>(memory), size}};
}
