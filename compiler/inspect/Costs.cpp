//===- Costs.cpp - what each layer takes ----------------------------------===//

#include "inspect/Report.h"

#include "llvm/ADT/StringMap.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::inspect;

static int64_t elementsOf(const codegen::TensorInfo &tensor) {
  int64_t elements = 1;
  for (int64_t size : tensor.dims)
    elements *= size;
  return elements;
}

/// Every element of activations, params and state takes four.
static uint64_t bytesOf(int64_t elements) { return 4 * static_cast<uint64_t>(elements); }

/// "dense/kernel" in `encoder` -> "encoder/dense"
static std::string layerOf(const codegen::TensorInfo &weight) {
  StringRef layer = StringRef(weight.name).rsplit('/').first;
  return weight.path.empty() ? layer.str() : weight.path + "/" + layer.str();
}

namespace {

class Table {
public:
  explicit Table(const Findings &findings) : findings(findings) {}

  std::vector<LayerCosts> run() {
    for (const Layer &layer : findings.layers.layers) {
      LayerCosts &row = find(layer.path);
      row.className = layer.className;
      row.activations = layer.className == "InputLayer" ? 0 : bytesOf(layer.outputElements);
      for (size_t call : layer.calls)
        row.calls.push_back(findings.layers.calls[call]);
    }
    addWeights();
    for (LayerCosts &row : rows)
      countProducts(row);
    return std::move(rows);
  }

private:
  LayerCosts &find(const std::string &path) {
    auto [known, isNew] = numbers.try_emplace(path, rows.size());
    if (isNew) {
      rows.emplace_back();
      rows.back().path = path;
    }
    return rows[known->second];
  }

  void addWeights() {
    const codegen::ModelInfo &info = findings.info;
    for (const codegen::TensorInfo &weight : info.weights) {
      LayerCosts &row = find(layerOf(weight));
      row.parameters += elementsOf(weight);
      row.weights += bytesOf(elementsOf(weight));
      if (!weight.trainable)
        row.frozen += elementsOf(weight);
      else if (info.hasState())
        row.gradients += bytesOf(elementsOf(weight));
    }
    for (const codegen::TensorInfo &slot : info.slots)
      if (slot.slotOf)
        find(layerOf(info.weights[*slot.slotOf])).slots += bytesOf(elementsOf(slot));
  }

  void countProducts(LayerCosts &row) {
    if (!findings.macs)
      return;
    auto of = [&](const MacsByLayer *layers) {
      auto found = layers->find(row.path);
      return found == layers->end() ? 0 : found->second;
    };
    const MacsByLayer *forward = findings.macs->forward(), *training = findings.macs->training();
    if (forward)
      row.forward = of(forward);
    if (forward && training)
      row.backward = of(training) - std::min(of(training), of(forward));
  }

  const Findings &findings;
  std::vector<LayerCosts> rows;
  StringMap<size_t> numbers;
};

} // namespace

std::vector<LayerCosts> inspect::layerCosts(const Findings &findings) { return Table(findings).run(); }

LayerCosts inspect::totalCosts(const Findings &findings, const std::vector<LayerCosts> &layers) {
  LayerCosts all;
  all.path = "all";
  for (const LayerCosts &layer : layers) {
    all.activations += layer.activations;
    all.parameters += layer.parameters;
    all.frozen += layer.frozen;
    all.weights += layer.weights;
    all.gradients += layer.gradients;
    all.slots += layer.slots;
  }
  auto sum = [](const MacsByLayer &layers) {
    uint64_t macs = 0;
    for (const auto &[layer, own] : layers)
      macs += own;
    return macs;
  };
  if (const MacsByLayer *forward = findings.macs ? findings.macs->forward() : nullptr) {
    all.forward = sum(*forward);
    if (const MacsByLayer *training = findings.macs->training())
      all.backward = sum(*training) - *all.forward;
  }
  return all;
}
