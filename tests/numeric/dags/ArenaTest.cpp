//===- ArenaTest.cpp - arenas of random functional models -----------------===//
//
// No plan can be smaller than what is live at one step; those of models that nobody
// thought of are to be within 5 % of it.
//
//===----------------------------------------------------------------------===//

#include "RandomModel.h"

#include "driver/Compile.h"

#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// The number behind `attribute` in a line of IR, if it is there.
std::optional<double> numberOf(const std::string &line, const std::string &attribute) {
  const size_t at = line.find(attribute + " = ");
  return at == std::string::npos ? std::nullopt : std::optional(std::stod(line.substr(at + attribute.size() + 3)));
}

TEST(ArenaOfRandomModels, IsWithin5PercentOfWhatIsLiveAtOnce) {
  unsigned arenas = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const Model model = randomModel(seed);
    const driver::Result result = driver::compile(model.graph(), {.emit = {"bufferized"}, .maxBatch = 32});
    ASSERT_TRUE(result.ok) << "seed " << seed;
    std::istringstream text(result.artefacts.at(0).contents);
    for (std::string line; std::getline(text, line);) {
      const auto bytes = numberOf(line, "ingot.arena_bytes"), bound = numberOf(line, "ingot.arena_lower_bound");
      if (!bytes || !bound)
        continue;
      const std::string function = line.substr(0, line.find('('));
      EXPECT_GE(*bytes, *bound) << "seed " << seed << function;
      EXPECT_LE(*bytes, 1.05 * *bound) << "seed " << seed << function;
      ++arenas;
    }
  }
  // That of each model's training step at least.
  EXPECT_GE(arenas, 40u);
}

} // namespace
