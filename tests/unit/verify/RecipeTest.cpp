//===- RecipeTest.cpp - generated tensors against stored ones -------------===//

#include "ingot/ModelError.h"
#include "verify/Case.h"
#include "verify/Recipe.h"
#include "verify/Files.h"
#include "verify/Statistics.h"

#include <gmock/gmock.h>

#include <filesystem>

using namespace ingot;
using namespace ingot::verify;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

/// Bit for bit: both sides are rounded from the same double.
void expectSame(const TensorMap &generated, const TensorMap &stored) {
  ASSERT_EQ(generated.size(), stored.size());
  for (const auto &[name, tensor] : stored) {
    ASSERT_TRUE(generated.count(name)) << name;
    EXPECT_EQ(generated.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(generated.at(name).values, tensor.values) << name;
  }
}

std::vector<fs::path> cases() {
  std::vector<fs::path> result;
  for (const auto &entry : fs::directory_iterator(INGOT_REFERENCE_DIR))
    if (fs::exists(entry.path() / "case.json"))
      result.push_back(entry.path());
  return result;
}

TEST(Recipe, MakesEveryStoredTensor) {
  size_t compared = 0;
  for (const fs::path &directory : cases()) {
    SCOPED_TRACE(directory.string());
    const Case reference = readCase(directory.string());
    if (reference.fullSize)
      continue;
    const json::Value recipe =
        json::Value::parse(reference.caseText, reference.caseFile).at("recipe");
    expectSame(generateTensors(recipe.at("weights")), reference.weightsBefore);
    expectSame(generateTensors(recipe.at("inputs")), reference.inputs);
    expectSame(generateTensors(recipe.at("targets")), reference.targets);
    if (recipe.has("validation")) {
      const json::Value validation = recipe.at("validation");
      expectSame(generateTensors(validation.at("inputs")),
                 reference.validationInputs);
      expectSame(generateTensors(validation.at("targets")),
                 reference.validationTargets);
    }
    ++compared;
  }
  EXPECT_GE(compared, 9u);
}

TEST(Recipe, FullSizeTensorsHaveTheStatedStatistics) {
  const Case reference =
      readCase((fs::path(INGOT_REFERENCE_DIR) / "s1_mlp_full").string());
  ASSERT_TRUE(reference.fullSize);
  std::vector<Check> checks;
  const json::Value statistics = reference.expected.at("stats");
  for (const auto &[name, tensor] : reference.weightsBefore)
    compareStatistics(name, tensor, statistics.at("weights_before").at(name),
                      -1, checks);
  for (const auto &[name, tensor] : reference.inputs)
    compareStatistics(name, tensor, statistics.at("inputs").at(name), -1,
                      checks);
  for (const auto &[name, tensor] : reference.targets)
    compareStatistics(name, tensor, statistics.at("targets").at(name), -1,
                      checks);
  EXPECT_EQ(checks.size(), 5u * 8u);
  for (const Check &check : checks)
    EXPECT_TRUE(check.holds())
        << check.name << " " << check.problem << " " << check.worst;
}

Tensor generate(const std::string &text) {
  return generateTensor(json::Value::parse(text, "case.json"));
}

TEST(Recipe, OneHotRowsHaveOneClassEach) {
  const Tensor tensor = generate(
      R"({"name":"y","shape":[30,4],"seed":286751980,"gen":{"kind":"onehot"}})");
  for (size_t row = 0; row != 30; ++row) {
    const auto hot = static_cast<size_t>(
        recipeUniform(286751980, static_cast<uint32_t>(row)) * 4);
    for (size_t column = 0; column != 4; ++column)
      EXPECT_EQ(tensor.at(row * 4 + column), column == hot ? 1 : 0);
  }
}

TEST(Recipe, RefusesUnknownKinds) {
  try {
    (void)generate(
        R"({"name":"y","shape":[3],"seed":1,"gen":{"kind":"normal"}})");
    FAIL();
  } catch (const Error &error) {
    EXPECT_THAT(error.format(),
                HasSubstr("`gen.kind` is \"normal\"; must be one of uniform"));
  }
}

TEST(Case, TrainingPartOfASplitIsRoundedDown) {
  Protocol protocol;
  protocol.samples = 10;
  protocol.validation = Validation::Split;
  protocol.validationSplit = 0.25;
  EXPECT_EQ(protocol.trainingSamples(), 7);
  protocol.validation = Validation::Data;
  EXPECT_EQ(protocol.trainingSamples(), 10);
}

TEST(Case, SaysWhatIsMissing) {
  try {
    (void)readCase("no/such/case");
    FAIL();
  } catch (const Error &error) {
    EXPECT_THAT(error.format(), HasSubstr("there is no such directory"));
  }
}

} // namespace
