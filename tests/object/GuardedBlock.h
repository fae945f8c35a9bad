//===- GuardedBlock.h - memory between two guard pages ---------*- C++ -*-===//
//
// A block whose first byte follows, or whose last byte precedes, a page that
// cannot be touched: an access one byte outside on that side ends the process.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace ingot::test {

/// Which side of the block touches its guard page.
enum class Side { Front, Back };

class GuardedBlock {
public:
  /// `align` is kept; at the back it may leave up to align - 1 unguarded bytes.
  GuardedBlock(size_t bytes, size_t align, Side side, int poison) : bytes(bytes) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    inner = (bytes + page - 1) / page * page + (bytes ? 0 : page);
    const size_t mapped = inner + 2 * page;
    void *base = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
      throw std::runtime_error("mmap failed");
    usable = static_cast<unsigned char *>(base) + page;
    mprotect(base, page, PROT_NONE);
    mprotect(usable + inner, page, PROT_NONE);
    start = usable + (side == Side::Front ? 0 : (inner - bytes) / align * align);
    std::memset(start, poison, bytes);
  }
  ~GuardedBlock() {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    munmap(usable - page, inner + 2 * page);
  }
  GuardedBlock(const GuardedBlock &) = delete;
  GuardedBlock &operator=(const GuardedBlock &) = delete;

  template <typename T = void> T *as() { return reinterpret_cast<T *>(start); }
  size_t size() const { return bytes; }
  /// From here on a write ends the process.
  void makeReadOnly() { mprotect(usable, inner, PROT_READ); }

private:
  size_t bytes;
  size_t inner = 0;                 ///< bytes between the guard pages
  unsigned char *usable = nullptr;  ///< where they begin
  unsigned char *start = nullptr;   ///< where the block begins
};

} // namespace ingot::test
