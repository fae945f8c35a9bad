//===- RunTest.cpp - cases run through compiled objects -------------------===//
//
// A verifier that always agrees is worth nothing, so most tests here change
// one number of a case that holds and look for the comparison that fails.
//
//===----------------------------------------------------------------------===//

#include "ingot/ModelError.h"
#include "verify/Files.h"
#include "verify/Verify.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>

using namespace ingot;
using namespace ingot::verify;
using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

namespace {

/// A copy of a case that a test may change.
class CaseCopy {
public:
  explicit CaseCopy(const std::string &name)
      : directory(fs::path(testing::TempDir()) /
                  (name + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(directory);
    fs::copy(fs::path(INGOT_REFERENCE_DIR) / name, directory);
  }
  ~CaseCopy() { fs::remove_all(directory); }

  template <typename Change> void changeJson(const char *file, Change change) {
    nlohmann::json json =
        nlohmann::json::parse(readFile((directory / file).string()));
    change(json);
    std::ofstream(directory / file) << json;
  }
  /// Adds `delta` to the last float of a safetensors file.
  void changeLastFloat(const char *file, float delta) {
    std::string bytes = readFile((directory / file).string());
    float value;
    std::memcpy(&value, bytes.data() + bytes.size() - 4, 4);
    value += delta;
    std::memcpy(bytes.data() + bytes.size() - 4, &value, 4);
    std::ofstream(directory / file, std::ios::binary) << bytes;
  }
  Report verify() const { return verifyCase(directory.string(), {}); }

  const fs::path directory;
};

std::vector<std::string> failures(const Report &report) {
  EXPECT_EQ(report.error, "");
  std::vector<std::string> names;
  for (const Check &check : report.checks)
    if (!check.holds())
      names.push_back(check.name);
  return names;
}

TEST(Run, NoticesAWrongGradient) {
  CaseCopy copy("s1_mlp_sgd");
  copy.changeLastFloat("grads_step0.safetensors", 1e-4f);
  EXPECT_THAT(failures(copy.verify()),
              UnorderedElementsAre("grads_step0/dense_2/bias"));
}

TEST(Run, NoticesAWrongWeight) {
  CaseCopy copy("s1_mlp_sgd");
  copy.changeLastFloat("weights_after.safetensors", 1e-4f);
  EXPECT_THAT(failures(copy.verify()),
              UnorderedElementsAre("weights_after/dense_2/bias"));
}

TEST(Run, NoticesAWrongOutput) {
  CaseCopy copy("s1_mlp_sgd");
  copy.changeLastFloat("outputs.safetensors", 1e-4f);
  EXPECT_THAT(failures(copy.verify()),
              UnorderedElementsAre("outputs/after/dense_2"));
}

TEST(Run, NoticesWrongLossesMetricsAndHistory) {
  CaseCopy copy("s1_mlp_fit_val");
  copy.changeJson("case.json", [](nlohmann::json &json) {
    auto &expected = json["expected"];
    expected["steps"][4]["loss"] =
        expected["steps"][4]["loss"].get<double>() + 0.001;
    expected["evaluate_after"]["metrics"][0][0] = 0.5;
    expected["history"]["val_loss"][2] = 7;
    expected["history"]["auc"] = {0, 0, 0};
  });
  EXPECT_THAT(failures(copy.verify()),
              UnorderedElementsAre("steps/loss", "evaluate_after/accuracy",
                                   "history/val_loss", "history/auc"));
}

TEST(Run, NoticesAnotherOptimizer) {
  CaseCopy copy("s1_mlp_rmsprop");
  copy.changeJson("case.json", [](nlohmann::json &json) {
    json["compile"]["optimizer"]["config"]["rho"] = 0.8;
  });
  const Report report = copy.verify();
  EXPECT_EQ(report.status(), Report::Status::Fail);
  EXPECT_THAT(failures(report),
              testing::Contains("weights_after/dense/kernel"));
}

TEST(Run, NoticesWrongNodesAndAnswers) {
  CaseCopy copy("s5_single_node");
  EXPECT_THAT(failures(copy.verify()), testing::IsEmpty());
  copy.changeJson("nodes.json", [](nlohmann::json &json) {
    json["layers"][1]["nodes"][0]["inbound"][0][0] = "out";
    json["layers"][2]["nodes"].push_back(json["layers"][2]["nodes"][0]);
    json["queries"][0]["same_tensor_as"] = "input 0 of layer(\"feat\") node 0";
    json["queries"][1]["value"][1] = 7;
    json["queries"].push_back({{"call", "layer(\"feat\").get_output_at(0)"}, {"error", "there is none"}});
    json["queries"].push_back({{"call", "layer(\"feat\").get_input_shape_at(1)"}, {"error", "out of range"}});
    json["queries"].push_back({{"call", "layer(\"feat\").get_input_at(1)"}, {"value", {nullptr, 10}}});
  });
  EXPECT_THAT(failures(copy.verify()),
              UnorderedElementsAre("nodes/feat[0]", "nodes/out", "queries/layer(\"feat\").output",
                                   "queries/layer(\"feat\").output_shape", "queries/layer(\"feat\").get_output_at(0)",
                                   "queries/layer(\"feat\").get_input_at(1)"));
}

TEST(Run, RefusesAQuestionThatIsNone) {
  CaseCopy copy("s5_single_node");
  copy.changeJson("nodes.json", [](nlohmann::json &json) { json["queries"][0]["call"] = "layer(\"feat\").kernel"; });
  EXPECT_THAT(copy.verify().error, HasSubstr("calls `kernel`, which is not in the nodes API"));
}

TEST(Run, NamesWhatIsNotSupported) {
  CaseCopy copy("s1_mlp_sgd");
  copy.changeJson("model.json", [](nlohmann::json &json) {
    json["config"]["layers"][2]["class_name"] = "Mystery";
  });
  const Report report = copy.verify();
  EXPECT_EQ(int(report.status()), 3);
  EXPECT_THAT(report.unsupported, HasSubstr("Mystery"));
}

TEST(Run, ReportsDataThatDoesNotFit) {
  CaseCopy copy("s1_mlp_sgd");
  fs::remove(copy.directory / "targets.safetensors");
  EXPECT_THAT(copy.verify().error,
              AllOf(HasSubstr("targets.safetensors"),
                    HasSubstr("cannot be opened: No such file")));
}

TEST(LoadedModel, RefusesBytesThatAreNoObject) {
  try {
    LoadedModel model("not an object file", "model");
    FAIL();
  } catch (const Error &error) {
    EXPECT_THAT(error.format(), HasSubstr("cannot"));
  }
}

} // namespace
