//===- Error.cpp - what the compiler says to the user ---------------------===//

#include "ingot/Error.h"

#include "graph/Graph.h"

#include <fmt/format.h>

namespace ingot {

SourceLocation::SourceLocation(const graph::Location &location)
    : SourceLocation(location.file, location.line, location.column) {}

SourceLocation::operator graph::Location() const { return {file, line, column}; }

static std::string prefix(const SourceLocation &location) {
  if (location.file.empty())
    return "ingot";
  if (location.line == 0)
    return location.file;
  if (location.column == 0)
    return fmt::format("{}:{}", location.file, location.line);
  return fmt::format("{}:{}:{}", location.file, location.line, location.column);
}

Error::Error(std::string message, SourceLocation location,
             std::vector<Note> notes)
    : text(std::move(message)), place(std::move(location)),
      others(std::move(notes)),
      formatted(fmt::format("{}: error: {}", prefix(place), text)) {
  for (const Note &note : others)
    formatted += fmt::format("\n  {}: note: {}", prefix(note.location), note.message);
}

} // namespace ingot
