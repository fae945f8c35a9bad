//===- ModelError.h - what the compiler says to the user -------*- C++ -*-===//
//
// Every mistake in a model is thrown as ingot::Error, which knows the line of
// the user's own file:
//
//   try {
//     Tensor y = Dense(0)(x);
//   } catch (const ingot::Error &error) {
//     std::cerr << error.format() << "\n";
//   } // mnist.model.cpp:7:16: error: `units` is 0; must be positive
//
//===----------------------------------------------------------------------===//
#pragma once

#include <exception>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

namespace graph {
struct Location;
}

/// A place in a file; line 0 stands for an unknown line, an empty file for no
/// place at all.
struct SourceLocation {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;

  SourceLocation() = default;
  SourceLocation(std::string file, unsigned line, unsigned column)
      : file(std::move(file)), line(line), column(column) {}
  SourceLocation(const std::source_location &location)
      : SourceLocation(location.file_name(), location.line(),
                       location.column()) {}
  SourceLocation(const graph::Location &location);

  operator graph::Location() const;

  /// `file:line:column`, without what is not known.
  std::string toString() const;
};

/// Another place that has to do with an error.
struct Note {
  std::string message;
  SourceLocation location;
};

/// A mistake in what the user wrote. Whatever threw it has changed nothing.
class Error : public std::exception {
public:
  explicit Error(std::string message, SourceLocation location = {},
                 std::vector<Note> notes = {});

  /// The sentence alone, without a place.
  const std::string &message() const { return text; }
  const SourceLocation &location() const { return place; }
  const std::vector<Note> &notes() const { return others; }

  /// `file:line:column: error: message`, and a line of the same form for every
  /// note. No newline at the end.
  const std::string &format() const { return formatted; }
  /// Same as format().
  const char *what() const noexcept override { return formatted.c_str(); }

private:
  std::string text;
  SourceLocation place;
  std::vector<Note> others;
  std::string formatted;
};

/// Something of Keras that is not known here: a layer class, an activation, an
/// argument that would change the result.
class Unsupported : public Error {
public:
  Unsupported(std::string name, std::string message,
              SourceLocation location = {})
      : Error(std::move(message), std::move(location)), what_(std::move(name)) {}

  /// What is not supported, as the user spelt it: "GRU", "huber".
  const std::string &name() const { return what_; }

private:
  std::string what_;
};

} // namespace ingot
