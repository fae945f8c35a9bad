//===- Classifier.cpp - mnist_mlp and time_distributed by hand ------------===//

#include "Layers.h"
#include "Models.h"

using namespace by_hand;

namespace {
constexpr int kPixels = 784, kWidth = 64, kClasses = 10;

/// Steps of sequences are rows like others.
class Classifier : public Model {
public:
  explicit Classifier(const benchmarks::Request &request)
      : rows(request.batch * int(request.which->inputs[0].sampleSize()) / kPixels),
        pixels(makeData(request.which->inputs[0], request.batch)),
        labels(makeData(request.which->targets[0], request.batch)), hidden1(size(kWidth)), hidden2(size(kWidth)),
        output(size(kClasses)), dHidden1(size(kWidth)), dHidden2(size(kWidth)) {}

  void predict() override {
    first.forward(rows, x(), kPixels, hidden1.data(), kWidth);
    second.forward(rows, hidden1.data(), kWidth, hidden2.data(), kWidth);
    last.forward(rows, hidden2.data(), kWidth, output.data(), kClasses);
    softmax(output.data(), rows, kClasses);
  }

  float train() override {
    predict();
    const float loss = crossEntropy(output.data(), static_cast<const int32_t *>(labels.get()), rows, kClasses);
    last.backward(rows, hidden2.data(), kWidth, output.data(), kClasses, dHidden2.data(), kWidth);
    maskByRelu(dHidden2.data(), hidden2.data(), dHidden2.size());
    second.backward(rows, hidden1.data(), kWidth, dHidden2.data(), kWidth, dHidden1.data(), kWidth);
    maskByRelu(dHidden1.data(), hidden1.data(), dHidden1.size());
    first.backward(rows, x(), kPixels, dHidden1.data(), kWidth, nullptr, 0);
    first.update();
    second.update();
    last.update();
    return loss;
  }

  void show(benchmarks::Result &result) const override { result.addOutput(output); }

private:
  size_t size(int width) const { return size_t(rows) * size_t(width); }
  const float *x() const { return static_cast<const float *>(pixels.get()); }

  int rows;
  benchmarks::Block pixels, labels;
  Dense first{kPixels, kWidth, Activation::Relu, 0}, second{kWidth, kWidth, Activation::Relu, 2},
      last{kWidth, kClasses, Activation::None, 4};
  Floats hidden1, hidden2, output, dHidden1, dHidden2;
};
} // namespace

std::unique_ptr<Model> by_hand::makeClassifier(const benchmarks::Request &request) {
  return std::make_unique<Classifier>(request);
}
