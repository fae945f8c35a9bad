//===- WeightsTest.cpp - weights in files --------------------------------===//
#include "Samples.h"
#include "Throws.h"
#include "formats/TemporaryDirectory.h"

#include <ingot/safetensors.h>

#include <gmock/gmock.h>

using namespace ingot::rt;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class WeightsFile : public TemporaryDirectory {
protected:
  /// A file of other people's.
  std::filesystem::path file(const NamedList<Array> &arrays) {
    write_safetensors(path("w.safetensors"), arrays);
    return path("w.safetensors");
  }

  static NamedList<Array> good() {
    return {{"dense/kernel", Array(std::vector<float>{3, 4}, {2, 1})},
            {"dense/bias", Array(std::vector<float>{5})}};
  }

  static std::vector<float> values(const Model &model) {
    std::vector<float> all;
    for (const auto &[name, array] : model.get_weights())
      all.insert(all.end(), array.f32().begin(), array.f32().end());
    return all;
  }

  /// Loading is refused with `text`, in which `%` is the directory, and changes
  /// nothing.
  void expectRefused(const std::filesystem::path &file, const std::string &text,
                     LoadWeightsOptions options = {}) {
    Model model(fake::build());
    const std::vector<float> before = values(model);
    EXPECT_REFUSED(model.load_weights(file, options), in(text).c_str());
    EXPECT_EQ(values(model), before);
  }
};

TEST_F(WeightsFile, AreLoadedAsTheyWereSaved) {
  Model model(fake::build());
  model.set_weights({{"dense/kernel", std::vector<float>{1.5f, -0.f}},
                     {"dense/bias", std::vector<float>{1e-40f}}});
  model.save_weights(path("w"));
  Model other(fake::build());
  const WeightsReport report = other.load_weights(path("w"));
  EXPECT_EQ(values(other), values(model));
  EXPECT_THAT(report.matched, ElementsAre("dense/kernel", "dense/bias"));
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.text(), in("2 of 2 weights of `line` loaded from `%/w`\n"));
}

TEST_F(WeightsFile, SayWhereTheyAreFrom) {
  Model(fake::build()).save_weights(path("w"));
  const SafetensorsMetadata from = Safetensors(path("w")).metadata();
  EXPECT_EQ(from.at("format"), "ingot weights 1");
  EXPECT_EQ(from.at("model"), "line");
  EXPECT_EQ(from.at("arch_hash"), "0000000000000001");
  EXPECT_FALSE(from.at("ingot_version").empty());
}

TEST_F(WeightsFile, OfOthersAreLoaded) {
  Model model(fake::build());
  const std::vector<double> kernel = {0.1, 0.2};
  const std::vector<std::uint16_t> bias = {0x3fc0}; // 1.5 as BF16
  const std::vector<SafetensorsTensor> tensors = {
      {"dense/kernel", "F64", {2, 1}, std::as_bytes(std::span(kernel))},
      {"dense/bias", "BF16", {}, std::as_bytes(std::span(bias))}};
  write_safetensors(path("w"), tensors);
  model.load_weights(path("w"));
  EXPECT_THAT(values(model), ElementsAre(0.1f, 0.2f, 1.5f));
}

TEST_F(WeightsFile, OfACheckpointAreLoadedIntoAnotherOptimizer) {
  Model model(fake::build());
  model.set_weights({{"dense/bias", std::vector<float>{7}}});
  model.save_checkpoint(path("c"));
  ingot_model_desc *desc = fake::build();
  desc->train_hash = 5;
  Model other(desc);
  EXPECT_TRUE(other.load_weights(path("c")).complete());
  EXPECT_EQ(values(other), values(model));
}

TEST_F(WeightsFile, AreRefusedIfTheyDoNotFit) {
  expectRefused(file({{"dense/kernel", good()[0]}}),
                "`%/w.safetensors` does not fit `line`: it lacks `dense/bias`; "
                "to leave such weights as they are: `skip_missing`");
  NamedList<Array> arrays = good();
  for (const char *name : {"a", "b", "c", "d", "e"})
    arrays.add(name, good()[1]);
  expectRefused(file(arrays),
                "`%/w.safetensors` does not fit `line`: it has `a`, `b`, `c` "
                "and 2 more, which the model has not; to leave such weights as "
                "they are: `skip_unexpected`");
  expectRefused(file({{"dense/kernel", good()[0].reshape({1, 2})},
                      {"dense/bias", std::vector<std::int32_t>{1}}}),
                "`%/w.safetensors` does not fit `line`: it has `dense/kernel` "
                "as F32 [1, 2], which is f32 [2, 1] in the model, and 1 more; "
                "to leave such weights as they are: `skip_mismatch`");
  expectRefused(
      file({{"dense/kernel", good()[0].reshape({1, 2})}, {"x", good()[1]}}),
      "`%/w.safetensors` does not fit `line`: it lacks `dense/bias`; "
      "it has `x`, which the model has not; it has `dense/kernel` as "
      "F32 [1, 2], which is f32 [2, 1] in the model; to leave such "
      "weights as they are: `skip_missing`, `skip_unexpected`, "
      "`skip_mismatch`");
}

TEST_F(WeightsFile, AreLoadedInPartOnRequest) {
  Model model(fake::build());
  const float bias = values(model)[2];
  const WeightsReport report =
      model.load_weights(file({{"dense/kernel", good()[0]},
                               {"dense/bias", Array(std::vector<float>(3))},
                               {"head/kernel", good()[1]}}),
                         {.skip_mismatch = true, .skip_unexpected = true});
  EXPECT_THAT(values(model), ElementsAre(3, 4, bias));
  EXPECT_FALSE(report.complete());
  EXPECT_EQ(report.text(),
            in("1 of 2 weights of `line` loaded from `%/w.safetensors`\n"
               "  `dense/bias`: F32 [3] in the file, f32 [1] in the model\n"
               "  `head/kernel`: not in the model\n"));

  const WeightsReport other = model.load_weights(
      file({{"dense/bias", good()[1]}}), {.skip_missing = true});
  EXPECT_THAT(values(model), ElementsAre(3, 4, 5));
  EXPECT_EQ(other.text(),
            in("1 of 2 weights of `line` loaded from `%/w.safetensors`\n"
               "  `dense/kernel`: not in the file\n"));
}

TEST_F(WeightsFile, OfADamagedFileAreRefused) {
  Model(fake::build()).save_weights(path("w"));
  std::string bytes = read(path("w"));
  bytes.back() ^= 1;
  write("w", bytes);
  Model model(fake::build());
  const std::vector<float> before = values(model);
  try {
    model.load_weights(path("w"));
    FAIL();
  } catch (const Error &error) {
    EXPECT_THAT(error.what(), HasSubstr("is damaged: its checksum is "));
  }
  EXPECT_EQ(values(model), before);
}

TEST_F(WeightsFile, ThatCannotBeWrittenSaySo) {
  EXPECT_REFUSED(
      Model(fake::build()).save_weights(path("none") / "w"),
      in("`%/none/w` cannot be written: No such file or directory").c_str());
}

} // namespace
