//===- CWriter.h - lines of C, none too long -------------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace ingot::codegen {

/// Text of a C file: indents by braces and breaks long lines at spaces, which C
/// allows anywhere but in strings and directives.
class CWriter {
public:
  static constexpr size_t longestLine = 110;

  /// One statement or declaration.
  void line(const llvm::Twine &text);
  /// A line that ends in `{`, and the one that closes it.
  void open(const llvm::Twine &text);
  void close(const llvm::Twine &text = "}");
  /// `if (condition) { then }`, in one line if it fits.
  void when(const llvm::Twine &condition, const llvm::Twine &then);
  /// As `} else {` does both.
  void reopen(const llvm::Twine &text);
  void comment(const llvm::Twine &text);
  /// What begins here, to be seen from afar.
  void section(const llvm::Twine &title);
  void blank() { text += '\n'; }
  /// Text that has its own lines.
  void raw(llvm::StringRef lines) { text += lines; }

  std::string take() { return std::move(text); }

private:
  std::string text;
  size_t depth = 0;
};

} // namespace ingot::codegen
