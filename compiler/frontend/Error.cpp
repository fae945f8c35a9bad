//===- Error.cpp - what the compiler says to the user ---------------------===//

#include "ingot/ModelError.h"

#include "graph/Graph.h"

#include <fmt/format.h>

namespace ingot {

SourceLocation::SourceLocation(const graph::Location &location)
    : SourceLocation(location.file, location.line, location.column) {}

SourceLocation::operator graph::Location() const { return {file, line, column}; }

std::string SourceLocation::toString() const {
  if (file.empty())
    return "ingot";
  if (line == 0)
    return file;
  if (column == 0)
    return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

Error::Error(std::string message, SourceLocation location,
             std::vector<Note> notes)
    : text(std::move(message)), place(std::move(location)),
      others(std::move(notes)),
      formatted(fmt::format("{}: error: {}", place.toString(), text)) {
  for (const Note &note : others)
    formatted += fmt::format("\n  {}: note: {}", note.location.toString(), note.message);
}

} // namespace ingot
