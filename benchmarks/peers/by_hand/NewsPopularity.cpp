//===- NewsPopularity.cpp - news_popularity by hand -----------------------===//
//
// Two ideas beside kernels. Rows of the embedding are updated when they occur: slots
// of others would only shrink, which is made up for when they occur next. And for
// inference, the product of table and kernel may be made ahead of time: its rows, a
// quarter as wide, are then all that is read.
//
//===----------------------------------------------------------------------===//
#include "Layers.h"
#include "Models.h"

#include "Data.h"

#include <algorithm>
#include <cmath>

using namespace by_hand;

namespace {
constexpr int kRows = 10000, kWidth = 512, kSteps = 100, kUnits = 32, kGates = 4 * kUnits, kFacts = 5,
              kMerged = kUnits + kFacts, kHidden = 64;

/// The table, updated by row.
class Embedding {
public:
  Embedding() : table(size_t(kRows) * kWidth), slots(table.size()), lastStep(kRows), place(kRows, -1) {
    benchmarks::fillMatrix(table.data(), kRows, kWidth, 0);
  }

  const float *row(int32_t word) const { return &table[size_t(word) * kWidth]; }
  const float *data() const { return table.data(); }

  /// One step; `gradients` has a row for each of `words`.
  void update(const int32_t *words, int count, const float *gradients) {
    ++step;
    addUp(words, count, gradients);
    for (const int32_t word : distinct) {
      float *ofSlots = &slots[size_t(word) * kWidth];
      const float missed = std::pow(0.9f, static_cast<float>(step - 1 - lastStep[size_t(word)]));
      lastStep[size_t(word)] = step;
      if (missed != 1)
        for (int j = 0; j < kWidth; ++j)
          ofSlots[j] *= missed;
    }
    for (const int32_t word : distinct) {
      updateByRmsprop(&table[size_t(word) * kWidth], &slots[size_t(word) * kWidth],
                      &sums[size_t(place[size_t(word)]) * kWidth], kWidth);
      place[size_t(word)] = -1;
    }
  }

private:
  /// Gradients of a row that occurs several times are one gradient.
  void addUp(const int32_t *words, int count, const float *gradients) {
    distinct.clear();
    sums.resize(size_t(count) * kWidth);
    for (int i = 0; i < count; ++i, gradients += kWidth) {
      int &at = place[size_t(words[i])];
      const bool isNew = at < 0;
      if (isNew) {
        at = static_cast<int>(distinct.size());
        distinct.push_back(words[i]);
      }
      float *sum = &sums[size_t(at) * kWidth];
      for (int j = 0; j < kWidth; ++j)
        sum[j] = isNew ? gradients[j] : sum[j] + gradients[j];
    }
  }

  Floats table, slots, sums;
  std::vector<int> lastStep, place;
  std::vector<int32_t> distinct;
  int step = 0;
};

class NewsPopularity : public Model {
public:
  explicit NewsPopularity(const benchmarks::Request &request)
      : batch(request.batch), words(makeData(request.which->inputs[0], batch)),
        facts(makeData(request.which->inputs[1], batch)), popular(makeData(request.which->targets[0], batch)),
        popularAux(makeData(request.which->targets[1], batch)) {
    for (Floats *one : {&hidden1, &hidden2, &hidden3, &dHidden1, &dHidden2, &dHidden3})
      one->resize(size_t(batch) * kHidden);
    for (Floats *one : {&merged, &dMerged})
      one->resize(size_t(batch) * kMerged);
    for (Floats *one : {&main, &aux})
      one->resize(size_t(batch));
    dState.resize(size_t(batch) * kUnits);
  }

  void prepare() override {
    folded.resize(size_t(kRows) * kGates);
    multiply(kRows, kGates, kWidth, {embedding.data(), kWidth, 1}, {lstm.kernel.value.data(), kGates, 1}, folded.data(),
             kGates, {.bias = lstm.bias.value.data()});
  }

  void predict() override {
    if (folded.empty())
      project(false);
    else
      lookUp();
    lstm.recur(batch, kSteps, false);
    head();
  }

  float train() override {
    project(true);
    lstm.recur(batch, kSteps, true);
    head();
    const float loss = binaryCrossEntropy(main.data(), floats(popular), batch, 1),
                lossAux = binaryCrossEntropy(aux.data(), floats(popularAux), batch, 0.2f);
    headBackward();
    dRows.resize(rows.size());
    lstm.backward(batch, kSteps, rows.data(), dState.data(), dRows.data());
    embedding.update(ids(), batch * kSteps, dRows.data());
    lstm.update();
    for (Dense *one : {&layerAux, &layer1, &layer2, &layer3, &layerMain})
      one->update();
    return loss + 0.2f * lossAux;
  }

  void show(benchmarks::Result &result) const override {
    result.addOutput(main);
    result.addOutput(aux);
  }

private:
  static const float *floats(const benchmarks::Block &block) { return static_cast<const float *>(block.get()); }
  const int32_t *ids() const { return static_cast<const int32_t *>(words.get()); }

  /// What the inputs give to the gates. Rows are gathered in blocks, so they are multiplied
  /// while they are in cache; training keeps them all.
  void project(bool forTraining) {
    constexpr int kBlock = 48;
    const int count = batch * kSteps;
    lstm.allocate(batch, kSteps);
    rows.resize(size_t(forTraining ? count : kBlock) * kWidth);
    packed.set({lstm.kernel.value.data(), kGates, 1}, kWidth, kGates);
    for (int i = 0; i < count; i += kBlock) {
      const int n = std::min(kBlock, count - i);
      float *block = &rows[forTraining ? size_t(i) * kWidth : 0];
      for (int row = 0; row < n; ++row)
        std::copy_n(embedding.row(ids()[i + row]), kWidth, block + row * kWidth);
      multiply(n, block, kWidth, packed, &lstm.gates[size_t(i) * kGates], kGates, {.bias = lstm.bias.value.data()});
    }
  }

  void lookUp() {
    lstm.allocate(batch, kSteps);
    for (int i = 0; i < batch * kSteps; ++i)
      std::copy_n(&folded[size_t(ids()[i]) * kGates], kGates, &lstm.gates[size_t(i) * kGates]);
  }

  /// From the last state and the facts to both outputs.
  void head() {
    for (int row = 0; row < batch; ++row) {
      std::copy_n(lstm.lastState(row, kSteps), kUnits, &merged[size_t(row) * kMerged]);
      std::copy_n(floats(facts) + row * kFacts, kFacts, &merged[size_t(row) * kMerged + kUnits]);
    }
    layerAux.forward(batch, merged.data(), kMerged, aux.data(), 1);
    layer1.forward(batch, merged.data(), kMerged, hidden1.data(), kHidden);
    layer2.forward(batch, hidden1.data(), kHidden, hidden2.data(), kHidden);
    layer3.forward(batch, hidden2.data(), kHidden, hidden3.data(), kHidden);
    layerMain.forward(batch, hidden3.data(), kHidden, main.data(), 1);
  }

  void headBackward() {
    layerMain.backward(batch, hidden3.data(), kHidden, main.data(), 1, dHidden3.data(), kHidden);
    maskByRelu(dHidden3.data(), hidden3.data(), dHidden3.size());
    layer3.backward(batch, hidden2.data(), kHidden, dHidden3.data(), kHidden, dHidden2.data(), kHidden);
    maskByRelu(dHidden2.data(), hidden2.data(), dHidden2.size());
    layer2.backward(batch, hidden1.data(), kHidden, dHidden2.data(), kHidden, dHidden1.data(), kHidden);
    maskByRelu(dHidden1.data(), hidden1.data(), dHidden1.size());
    layer1.backward(batch, merged.data(), kMerged, dHidden1.data(), kHidden, dMerged.data(), kMerged);
    layerAux.backward(batch, merged.data(), kMerged, aux.data(), 1, dState.data(), kUnits);
    for (int row = 0; row < batch; ++row)
      for (int j = 0; j < kUnits; ++j)
        dState[size_t(row * kUnits + j)] += dMerged[size_t(row * kMerged + j)];
  }

  int batch;
  benchmarks::Block words, facts, popular, popularAux;
  Embedding embedding;
  Lstm lstm{kWidth, kUnits, 1};
  Dense layer1{kMerged, kHidden, Activation::Relu, 4}, layer2{kHidden, kHidden, Activation::Relu, 6},
      layer3{kHidden, kHidden, Activation::Relu, 8}, layerMain{kHidden, 1, Activation::Sigmoid, 10},
      layerAux{kUnits, 1, Activation::Sigmoid, 12};
  Packed packed;
  Floats folded, rows, dRows, merged, dMerged, hidden1, hidden2, hidden3, dHidden1, dHidden2, dHidden3, dState, main,
      aux;
};
} // namespace

std::unique_ptr<Model> by_hand::makeNewsPopularity(const benchmarks::Request &request) {
  return std::make_unique<NewsPopularity>(request);
}
