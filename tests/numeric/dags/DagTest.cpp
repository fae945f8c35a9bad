//===- DagTest.cpp - random functional models, compiled -------------------===//
//
// Models that nobody thought of: each is compiled with all its entries, run in this
// process, and compared with the reference interpreter of the program of its stage
// `train`, outputs, losses, metrics, gradients and steps.
//
//   DagTest --seed 1 --count 100        # models 1 to 100
//   DagTest --seed 37 --count 1         # one of them again
//
// The interpreter computes in double. Where it disagrees with itself in float, the
// model itself loses digits, and more of a difference is forgiven. LLVM optimizes
// nothing here: what is put to the test is ours, and compiling is most of the time.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Object.h"
#include "RandomModel.h"
#include "Reference.h"

#include "frontend/LayerRegistry.h"
#include "graph/Graph.h"

#include <charconv>
#include <cstring>
#include <gtest/gtest.h>
#include <iostream>
#include <optional>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// Deeper than a model that was made for a test: some hundred roundings.
constexpr double tolerance = 2e-5;

/// What the interpreter says, and, if that is wanted, in float.
struct Answer {
  interpreter::Result<double> exact;
  std::optional<interpreter::Result<float>> rounded;

  const interpreter::Result<float> *inFloat() const { return rounded ? &*rounded : nullptr; }
};

class RandomModelTest : public ::testing::Test {
public:
  explicit RandomModelTest(unsigned seed) : seed(seed) {}

  void TestBody() override {
    const std::string again = "again: DagTest --seed " + std::to_string(seed) + " --count 1\n";
    try {
      SCOPED_TRACE(again + randomModel(seed).summary_text({.expand_nested = true}));
      run();
    } catch (const std::exception &error) {
      ADD_FAILURE() << again << randomModel(seed).summary_text({.expand_nested = true}) << error.what();
    }
  }

  static inline unsigned kinks = 0;

private:
  void run() {
    const ModelCase model = {"random_" + std::to_string(seed), [this] { return randomModel(seed); }};
    // Another draw of the data decides whether an activation was at a kink, where float
    // and double are on different sides; a mistake shows in each.
    std::string first;
    for (unsigned draw = 0; draw < 3; ++draw) {
      // In float only if it matters: most models lose no digits.
      std::string difference = compare(model, draw, /*inFloat=*/false);
      if (!difference.empty())
        difference = compare(model, draw, /*inFloat=*/true);
      if (difference.empty()) {
        kinks += draw > 0;
        return;
      }
      first = draw ? first : difference;
    }
    ADD_FAILURE() << first;
  }

  /// The first difference, or nothing.
  std::string compare(const ModelCase &model, unsigned draw, bool inFloat) {
    std::mt19937 random(seed + 7919 * draw);
    const Compiled &program = compiled(model, "x86-64-v3", seed % 4 ? driver::Numerics::Native : driver::Numerics::Portable, /*optLevel=*/'0');
    Object object(program);
    const Reference<double> exact(program.program);
    const Reference<float> rounded(program.program);
    object.init(seed + draw);
    auto ask = [&](const char *kind, const NamedValues &variables, const Batch &batch, const NamedValues &gradients = {}) {
      Answer answer{exact.run(kind, variables, batch, gradients), {}};
      if (inFloat)
        answer.rounded = rounded.run(kind, variables, batch, gradients);
      return answer;
    };
    // The second step is from slots that are not zero.
    for (int step = 0; step < 2; ++step) {
      Batch batch = object.randomBatch(1 + static_cast<int32_t>(random() % maxBatch), step == 1, random);
      const NamedValues before = object.variables();
      Difference difference(tolerance);

      const Answer predicted = ask("predict", before, batch);
      const NamedValues outputs = object.predict(batch);
      const ingot_model_desc &desc = object.descriptor();
      for (uint32_t i = 0; i < desc.output_count; ++i) {
        const std::string name = ingot_string(&desc, ingot_tensors(&desc, desc.outputs)[i].name);
        difference.add(name, outputs.at(name), predicted.exact.outputs[i],
                       inFloat ? &predicted.rounded->outputs[i] : nullptr);
      }
      const Answer evaluated = ask("evaluate", before, batch);
      difference.add("evaluate", object.evaluate(batch), evaluated.exact, evaluated.inFloat());

      batch.stream = step;
      const Answer derived = ask("gradients", before, batch);
      difference.add("gradients", object.gradients(batch), derived.exact, derived.inFloat());
      const NamedValues gradients = object.gradientValues();
      if (gradients.size() != derived.exact.gradients.size())
        return "some gradients were not written";
      for (const auto &[name, gradient] : derived.exact.gradients)
        difference.add("gradient of " + name, gradients.at(name), gradient,
                       inFloat ? &derived.rounded->gradients.at(name) : nullptr);

      // The steps of the optimizer from the object's own gradients.
      const Answer updated = ask("apply_gradients", before, batch, gradients);
      const auto saved = object.saved();
      object.applyGradients();
      const NamedValues after = object.variables();
      for (const auto &[name, values] : updated.exact.variables)
        difference.add(name + " after a step", after.at(name), values,
                       inFloat ? &updated.rounded->variables.at(name) : nullptr);

      // Both halves are a whole step, to the rounding of another order.
      if (batch.stream == 0) {
        const auto halves = object.saved();
        object.restore(saved);
        const Answer trained = ask("train_step", before, batch);
        difference.add("train_step", object.trainStep(batch), trained.exact, trained.inFloat());
        object.restore(halves);
      }
      if (!difference.text().empty())
        return "step " + std::to_string(step) + ", batch " + std::to_string(batch.size) + ": " + difference.text();
    }
    return "";
  }

  const unsigned seed;
};

/// Runs behind all models. One at a kink now and then is what many draws are for; more
/// of them are a mistake that hides.
class KinksAreRare : public ::testing::Test {
public:
  explicit KinksAreRare(unsigned count) : most(1 + count / 50) {}
  void TestBody() override { EXPECT_LE(RandomModelTest::kinks, most); }

private:
  const unsigned most;
};

/// A new class of layers is drawn too, or the property is not that of all layers.
TEST(RandomModels, DrawEveryClass) {
  const std::vector<std::string> known = layerClassNames();
  EXPECT_EQ(drawnClasses(), std::set<std::string>(known.begin(), known.end()));
  std::multiset<std::string> classes;
  constexpr unsigned count = 100;
  for (unsigned seed = 1; seed <= count; ++seed)
    addClasses(randomModel(seed).graph(), classes);
  for (const std::string &name : known)
    EXPECT_GE(classes.count(name), 5u) << name;
  EXPECT_GE(classes.count("Model"), 20u);
  EXPECT_GE(classes.count("(shared)"), 20u);
}

/// The number behind `name`, or `fallback`.
unsigned argument(int argc, char **argv, const char *name, unsigned fallback) {
  unsigned value = fallback;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0 &&
        std::from_chars(argv[i + 1], argv[i + 1] + std::strlen(argv[i + 1]), value).ec != std::errc())
      throw std::runtime_error(std::string(name) + " is followed by no number");
  return value;
}

} // namespace

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const unsigned first = argument(argc, argv, "--seed", 1), count = argument(argc, argv, "--count", 100);
  std::cout << "random models: --seed " << first << " --count " << count << std::endl;
  for (unsigned seed = first; seed < first + count; ++seed)
    ::testing::RegisterTest("RandomModel", std::to_string(seed).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [seed]() -> ::testing::Test * { return new RandomModelTest(seed); });
  ::testing::RegisterTest("RandomModel", "KinksAreRare", nullptr, nullptr, __FILE__, __LINE__,
                          [count]() -> ::testing::Test * { return new KinksAreRare(count); });
  return RUN_ALL_TESTS();
}
