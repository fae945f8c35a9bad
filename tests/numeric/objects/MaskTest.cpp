//===- MaskTest.cpp - a padded batch against its rows alone ---------------===//
//
// Rows of different lengths in one batch, padded with steps that `Masking` masks,
// give what each gives alone, in a model without `Masking` that was compiled for its
// length: the loss, its gradients and the metrics.
//
//===----------------------------------------------------------------------===//

#include "Object.h"
#include "Reference.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// No other size of the models is this one: an axis of this size is that of the steps.
constexpr int64_t steps = 6;

struct PaddedCase {
  std::string name;
  /// From the (masked) sequence to the output, of whose loss this is a test.
  std::function<Tensor(const Tensor &)> record;
  /// One loss a step, and not one a row.
  bool perStep;
  /// The output's steps are in the other order.
  bool turned = false;
  friend void PrintTo(const PaddedCase &test, std::ostream *out) { *out << test.name; }

  ModelCase model(int64_t length, bool padded) const {
    auto make = [record = record, perStep = perStep, length, padded] {
      clear_session();
      Tensor x = Input({length, 3}, {.name = "x"});
      Model model(x, record(padded ? Masking()(x) : x), {.name = "padded"});
      if (perStep)
        model.compile({.optimizer = SGD(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
      else
        model.compile({.optimizer = SGD(), .loss = "mse", .metrics = {"mae"}});
      return model;
    };
    return {name + (padded ? "_padded" : "_" + std::to_string(length)), make};
  }
};

Tensor classes(const Tensor &h) { return Dense(4, {.activation = "softmax", .name = "y"})(h); }
Tensor numbers(const Tensor &h) { return Dense(2, {.name = "y"})(h); }

std::vector<PaddedCase> paddedCases() {
  return {
      {"last", [](const Tensor &x) { return numbers(LSTM(5)(x)); }, false},
      {"stacked",
       [](const Tensor &x) { return classes(LSTM(4, {.return_sequences = true})(LSTM(5, {.return_sequences = true})(x))); },
       true},
      {"backwards", [](const Tensor &x) { return numbers(LSTM(5, {.go_backwards = true})(x)); }, false},
      {"turned", [](const Tensor &x) { return classes(LSTM(5, {.return_sequences = true, .go_backwards = true})(x)); }, true,
       true},
      {"there_and_back",
       [](const Tensor &x) {
         Tensor h = LSTM(5, {.return_sequences = true, .go_backwards = true})(x);
         return numbers(LSTM(4)(LSTM(4, {.return_sequences = true, .go_backwards = true})(h)));
       },
       false},
      {"states",
       [](const Tensor &x) {
         Results first = LSTM(5, {.return_state = true})(x);
         return classes(LSTM(5, {.return_sequences = true})({Dense(4, {.activation = "tanh"})(x), first[1], first[2]}));
       },
       true},
      {"distributed",
       [](const Tensor &x) {
         Tensor h = LSTM(5, {.return_sequences = true})(TimeDistributed(Dense(4, {.activation = "tanh"}))(x));
         return TimeDistributed(Dense(4, {.activation = "softmax"}), {.name = "y"})(h);
       },
       true},
      {"merged",
       [](const Tensor &x) {
         Tensor a = LSTM(5, {.return_sequences = true})(x), b = Activation("tanh")(Dense(5)(x));
         return classes(concatenate({add({a, b}), maximum({a, b}), multiply({a, b})}));
       },
       true},
  };
}

/// The IR of the stage `train` alone; once for each name.
const std::string &programOf(const ModelCase &model) {
  static std::map<std::string, std::string> known;
  std::string &program = known[model.name];
  if (program.empty()) {
    const driver::Result result = driver::compile(model.record().graph(), {.emit = {"train"}});
    if (!result.ok)
      throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
    program = result.artefacts.front().contents;
  }
  return program;
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

bool hasSteps(const Values &values) { return values.shape.size() > 1 && values.shape[1] == steps; }

/// Row `number` of `values`, `length` of its steps from `first` on.
Values rowOf(const Values &values, size_t number, int64_t first, int64_t length) {
  Values row = values;
  const int64_t size = interpreter::elementCount(values.shape) / values.shape[0];
  const int64_t step = hasSteps(values) ? size / steps : size;
  const int64_t from = static_cast<int64_t>(number) * size + (hasSteps(values) ? first * step : 0);
  const int64_t to = from + (hasSteps(values) ? length * step : size);
  row.shape[0] = 1;
  if (hasSteps(values))
    row.shape[1] = length;
  std::visit(
      [&](auto &elements) {
        elements = std::decay_t<decltype(elements)>(elements.begin() + from, elements.begin() + to);
      },
      row.data);
  return row;
}

struct Padded {
  Batch batch;
  std::vector<int64_t> lengths;

  /// The row as it is without padding.
  Batch row(size_t number, bool turned) const {
    Batch row{.size = 1, .inputs = {}, .targets = {}, .sampleWeights = {}};
    const int64_t length = lengths[number];
    row.inputs["x"] = rowOf(batch.inputs.at("x"), number, 0, length);
    row.targets["y"] = rowOf(batch.targets.at("y"), number, turned ? steps - length : 0, length);
    row.sampleWeights["y"] = rowOf(batch.sampleWeights.at("y"), number, 0, 0);
    return row;
  }
};

/// Five rows of random lengths with sample weights; what is behind them is 0.
Padded randomPadded(const PaddedCase &test, std::mt19937 &random) {
  constexpr int64_t rows = 5;
  auto numbers = [&](interpreter::Shape shape, float low, float high) {
    Values values = Values::filled(std::move(shape), 0);
    for (float &element : values.reals())
      element = std::uniform_real_distribution<float>(low, high)(random);
    return values;
  };
  Padded padded{{.size = rows, .inputs = {}, .targets = {}, .sampleWeights = {}}, {}};
  Values x = numbers({rows, steps, 3}, -1, 1);
  for (int64_t row = 0; row < rows; ++row) {
    // A row without a step has a last output, but no loss of a step.
    padded.lengths.push_back(std::uniform_int_distribution<int64_t>(test.perStep ? 0 : 1, steps)(random));
    std::fill(x.reals().begin() + (row * steps + padded.lengths.back()) * 3, x.reals().begin() + (row + 1) * steps * 3, 0.0f);
  }
  padded.batch.inputs["x"] = std::move(x);
  padded.batch.sampleWeights["y"] = numbers({rows}, 0.2f, 2);
  if (test.perStep) {
    std::vector<int32_t> labels(rows * steps);
    for (int32_t &label : labels)
      label = std::uniform_int_distribution<int32_t>(0, 3)(random);
    padded.batch.targets["y"] = {{rows, steps}, std::move(labels)};
  } else {
    padded.batch.targets["y"] = numbers({rows, 2}, -1, 1);
  }
  return padded;
}

//===----------------------------------------------------------------------===//
// One call
//===----------------------------------------------------------------------===//

struct Outcome {
  std::map<std::string, double> means;
  std::map<std::string, std::vector<double>> gradients;
};

Outcome interpreted(const std::string &program, const NamedValues &variables, const Batch &batch) {
  const auto result = Reference<double>(program).run("gradients", variables, batch);
  Outcome outcome;
  for (const auto &[name, mean] : result.metrics)
    outcome.means[name] = mean.value();
  for (const auto &[name, gradient] : result.gradients)
    outcome.gradients[name] = gradient.reals();
  return outcome;
}

/// The rows' own outcomes, each with the share of its losses in all.
Outcome rowsAlone(const PaddedCase &test, const Padded &padded, const NamedValues &variables) {
  double losses = 0;
  for (int64_t length : padded.lengths)
    losses += test.perStep ? static_cast<double>(length) : 1;
  Outcome all;
  for (size_t row = 0; row < padded.lengths.size(); ++row) {
    const int64_t length = padded.lengths[row];
    if (length == 0)
      continue;
    const double share = (test.perStep ? static_cast<double>(length) : 1) / losses;
    const Outcome alone = interpreted(programOf(test.model(length, false)), variables, padded.row(row, test.turned));
    for (const auto &[name, mean] : alone.means)
      all.means[name] += share * mean;
    for (const auto &[name, gradient] : alone.gradients) {
      all.gradients[name].resize(gradient.size());
      for (size_t i = 0; i < gradient.size(); ++i)
        all.gradients[name][i] += share * gradient[i];
    }
  }
  return all;
}

/// Gradients relative to their largest element.
void expectEqual(const Outcome &actual, const Outcome &expected, double tolerance) {
  for (const auto &[name, mean] : expected.means)
    EXPECT_NEAR(actual.means.at(name), mean, tolerance * std::max(1.0, std::abs(mean))) << name;
  for (const auto &[name, gradient] : expected.gradients) {
    double largest = 0;
    for (double element : gradient)
      largest = std::max(largest, std::abs(element));
    EXPECT_GT(largest, 0) << name;
    for (size_t i = 0; i < gradient.size(); ++i)
      EXPECT_NEAR(actual.gradients.at(name)[i], gradient[i], tolerance * largest) << "element " << i << " of " << name;
  }
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

class PaddedBatch : public ::testing::TestWithParam<PaddedCase> {};

/// In double nothing but the order of additions differs.
TEST_P(PaddedBatch, EqualsEachRowAlone) {
  const PaddedCase &test = GetParam();
  const std::string &program = programOf(test.model(steps, true));
  const NamedValues variables = Reference<float>(program).init(3).variables;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Padded padded = randomPadded(test, random);
    expectEqual(interpreted(program, variables, padded.batch), rowsAlone(test, padded, variables), 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(, PaddedBatch, ::testing::ValuesIn(paddedCases()), [](const auto &info) { return info.param.name; });

/// The object does too, but for a hundred roundings of floats.
TEST(Masks, APaddedBatchInAnObject) {
  const PaddedCase test = paddedCases().back();
  for (driver::Numerics numerics : {driver::Numerics::Native, driver::Numerics::Portable}) {
    Object object(compiled(test.model(steps, true), "x86-64-v3", numerics));
    object.init(3);
    const unsigned seed = 6;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Padded padded = randomPadded(test, random);
    Outcome outcome;
    for (const auto &[name, mean] : object.gradients(padded.batch))
      outcome.means[name] = mean.value;
    for (const auto &[name, gradient] : object.gradientValues())
      outcome.gradients[name] = {gradient.reals().begin(), gradient.reals().end()};
    expectEqual(outcome, rowsAlone(test, padded, object.variables()), 1e-5);
  }
}

/// The loss and its gradients are 0 and not NaN where every step is masked.
TEST(Masks, ABatchOfPaddingIsWorthNothing) {
  Object object(compiled(paddedCases().back().model(steps, true), "x86-64-v3", driver::Numerics::Native));
  object.init(3);
  std::mt19937 random(4);
  Batch batch = object.randomBatch(3, false, random);
  batch.inputs.at("x") = Values::filled(batch.inputs.at("x").shape, 0);
  const MeanValues means = object.gradients(batch);
  EXPECT_EQ(means.at("loss"), (MeanValue{0, 3}));
  EXPECT_EQ(means.at("accuracy").count, 0u);
  for (const auto &[name, gradient] : object.gradientValues())
    for (float element : gradient.reals())
      EXPECT_EQ(element, 0) << name;
}

/// Before its first step an LSTM gives zeros, whatever its state; then it repeats what it gave last.
TEST(Masks, AMaskedStepRepeatsTheOutputBefore) {
  const ModelCase model = {"repeats", [] {
                             clear_session();
                             Tensor x = Input({steps, 3}, {.name = "x"}), h = Input({2}, {.name = "h"});
                             Results y = LSTM(2, {.return_sequences = true, .return_state = true})({Masking(7)(x), h, h});
                             return Model({x, h}, {y[0], y[1], y[2]}, {.name = "repeats"});
                           }};
  Object object(compiled(model, "x86-64-v3", driver::Numerics::Native));
  object.init(3);
  std::mt19937 random(5);
  Batch batch = object.randomBatch(1, false, random);
  std::vector<float> &x = std::get<std::vector<float>>(batch.inputs.at("x").data);
  for (size_t step : {0, 1, 3, 5})
    std::fill_n(x.begin() + static_cast<ptrdiff_t>(step * 3), 3, 7.0f);
  x[2 * 3] = 7; // one feature alone masks nothing
  const NamedValues outputs = object.predict(batch);
  const std::vector<float> &y = outputs.at("lstm").reals();
  auto output = [&](size_t step) { return std::vector<float>(y.begin() + static_cast<ptrdiff_t>(step * 2), y.begin() + static_cast<ptrdiff_t>(step * 2 + 2)); };
  EXPECT_EQ(output(0), (std::vector<float>{0, 0}));
  EXPECT_EQ(output(1), output(0));
  EXPECT_NE(output(2), output(1));
  EXPECT_EQ(output(3), output(2));
  EXPECT_NE(output(4), output(3));
  EXPECT_EQ(output(5), output(4));
  EXPECT_EQ(outputs.at("lstm_1").reals(), output(5));
}

} // namespace
