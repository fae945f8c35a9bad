//===- Descriptor.h - an open file -----------------------------*- C++ -*-===//
#pragma once

#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ingot::rt {

/// Closes the file that it has opened.
class Descriptor {
public:
  explicit Descriptor(int number = -1) : number(number) {}
  Descriptor(Descriptor &&other) noexcept
      : number(std::exchange(other.number, -1)) {}
  Descriptor &operator=(Descriptor &&other) noexcept {
    std::swap(number, other.number);
    return *this;
  }
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }

  explicit operator bool() const { return number >= 0; }
  int get() const { return number; }

private:
  int number;
};

/// "No space left on device".
inline std::string systemMessage(int error) {
  return std::generic_category().message(error);
}

} // namespace ingot::rt
