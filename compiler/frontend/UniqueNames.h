//===- UniqueNames.h - repeated names get a number -------------*- C++ -*-===//
#pragma once

#include <set>
#include <string>

namespace ingot {

/// Makes names differ as Keras does: "x", "x_1", "x_2".
class UniqueNames {
public:
  std::string add(const std::string &name) {
    std::string unique = name;
    for (unsigned i = 1; !taken.insert(unique).second; ++i)
      unique = name + "_" + std::to_string(i);
    return unique;
  }

private:
  std::set<std::string> taken;
};

} // namespace ingot
