//===- Diagnostic.cpp - what is told, as people read it -------------------===//

#include "driver/Compile.h"

using namespace ingot::driver;

std::string Diagnostic::format() const {
  static constexpr const char *severities[] = {"note", "remark", "warning", "error"};
  std::string place = "ingot";
  if (!loc.file.empty())
    place = loc.file;
  for (unsigned number : {loc.line, loc.column})
    if (!loc.file.empty() && number)
      place += ":" + std::to_string(number);
  return place + ": " + severities[static_cast<int>(severity)] + ": " + message;
}

std::string Bug::format() const { return "internal error: " + what + "; this is a bug in Ingot"; }
