//===- TweetPairs.cpp - tweet_pairs by hand -------------------------------===//
//
// Both inputs stand behind one another in memory, so one LSTM on twice the batch does
// both. A caller of a model has them in two places.
//
//===----------------------------------------------------------------------===//
#include "Layers.h"
#include "Models.h"

#include <algorithm>

using namespace by_hand;

namespace {
constexpr int kSteps = 140, kInputs = 256, kUnits = 64;

class TweetPairs : public Model {
public:
  explicit TweetPairs(const benchmarks::Request &request)
      : batch(request.batch), same(makeData(request.which->targets[0], batch)), merged(size_t(batch) * 2 * kUnits),
        dMerged(merged.size()), dStates(merged.size()), output(size_t(batch)) {
    for (const benchmarks::Tensor &tensor : request.which->inputs) {
      const benchmarks::Block data = makeData(tensor, batch);
      const float *numbers = static_cast<const float *>(data.get());
      tweets.insert(tweets.end(), numbers, numbers + batch * tensor.sampleSize());
    }
  }

  void predict() override { forward(false); }

  float train() override {
    forward(true);
    const float loss = binaryCrossEntropy(output.data(), static_cast<const float *>(same.get()), batch, 1);
    predictions.backward(batch, merged.data(), 2 * kUnits, output.data(), 1, dMerged.data(), 2 * kUnits);
    forEachState([&](int row, int side, int sample) {
      std::copy_n(&dMerged[size_t((2 * sample + side) * kUnits)], kUnits, &dStates[size_t(row * kUnits)]);
    });
    lstm.backward(2 * batch, kSteps, tweets.data(), dStates.data(), nullptr);
    lstm.update();
    predictions.update();
    return loss;
  }

  void show(benchmarks::Result &result) const override { result.addOutput(output); }

private:
  template <typename Function> void forEachState(Function function) const {
    for (int side = 0; side < 2; ++side)
      for (int sample = 0; sample < batch; ++sample)
        function(side * batch + sample, side, sample);
  }

  void forward(bool forTraining) {
    lstm.forward(2 * batch, kSteps, tweets.data(), forTraining);
    forEachState([&](int row, int side, int sample) {
      std::copy_n(lstm.lastState(row, kSteps), kUnits, &merged[size_t((2 * sample + side) * kUnits)]);
    });
    predictions.forward(batch, merged.data(), 2 * kUnits, output.data(), 1);
  }

  int batch;
  Floats tweets;
  benchmarks::Block same;
  Lstm lstm{kInputs, kUnits, 0};
  Dense predictions{2 * kUnits, 1, Activation::Sigmoid, 3};
  Floats merged, dMerged, dStates, output;
};
} // namespace

std::unique_ptr<Model> by_hand::makeTweetPairs(const benchmarks::Request &request) {
  return std::make_unique<TweetPairs>(request);
}
