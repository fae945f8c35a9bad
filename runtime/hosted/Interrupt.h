//===- Interrupt.h - Ctrl-C during a fit -----------------------*- C++ -*-===//
//
// While one lives, the first Ctrl-C (SIGINT) is noted and the second one has
// its default effect, which ends the program.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace ingot::rt {

class Interrupt {
public:
  /// Does nothing unless SIGINT has its default disposition: a program that
  /// handles or ignores it keeps doing so.
  Interrupt();
  /// Gives the default disposition back.
  ~Interrupt();
  Interrupt(const Interrupt &) = delete;
  Interrupt &operator=(const Interrupt &) = delete;

  /// Whether a Ctrl-C came since the handler was installed.
  bool requested() const;

private:
  bool active;
};

} // namespace ingot::rt
