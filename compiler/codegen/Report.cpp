//===- Report.cpp - what a compilation amounts to ------------------------===//

#include "codegen/Report.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot::codegen;

static int64_t elementsOf(const TensorInfo &tensor) {
  int64_t elements = 1;
  for (int64_t size : tensor.dims)
    elements *= size;
  return elements;
}

/// Every element of params and state takes four.
static uint64_t bytesOf(const TensorInfo &tensor) { return 4 * static_cast<uint64_t>(elementsOf(tensor)); }

/// "encoder/dense/kernel" -> "encoder/dense"
static StringRef layerOf(const TensorInfo &weight) { return StringRef(weight.name).rsplit('/').first; }

std::vector<LayerCosts> ingot::codegen::layerCosts(const ModelInfo &info) {
  MapVector<StringRef, LayerCosts> layers;
  for (const TensorInfo &weight : info.weights) {
    LayerCosts &layer = layers[layerOf(weight)];
    layer.name = layerOf(weight).str();
    layer.parameters += elementsOf(weight);
    layer.weights += bytesOf(weight);
    if (!weight.trainable)
      layer.frozen += elementsOf(weight);
    else if (info.hasState())
      layer.gradients += bytesOf(weight);
  }
  for (const TensorInfo &slot : info.slots)
    if (slot.slotOf)
      layers[layerOf(info.weights[*slot.slotOf])].slots += bytesOf(slot);
  std::vector<LayerCosts> costs;
  for (auto &[name, layer] : layers)
    costs.push_back(std::move(layer));
  return costs;
}

static LayerCosts sumOf(ArrayRef<LayerCosts> layers) {
  LayerCosts sum;
  sum.name = "all";
  for (const LayerCosts &layer : layers) {
    sum.parameters += layer.parameters;
    sum.frozen += layer.frozen;
    sum.weights += layer.weights;
    sum.gradients += layer.gradients;
    sum.slots += layer.slots;
  }
  return sum;
}

static void printLayers(raw_ostream &out, ArrayRef<LayerCosts> layers) {
  auto row = [&](StringRef name, auto parameters, auto weights, auto gradients, auto slots) {
    out << formatv("{0,-24} {1,12} {2,12} {3,12} {4,12}", name, parameters, weights, gradients, slots);
  };
  auto rowOf = [&](const LayerCosts &layer) {
    row(layer.name, layer.parameters, layer.weights, layer.gradients, layer.slots);
    if (layer.frozen)
      out << (layer.frozen == layer.parameters ? "  frozen" : formatv("  {0} frozen", layer.frozen).str());
    out << "\n";
  };
  row("layer", "parameters", "weight bytes", "gradients", "slots");
  out << "\n";
  for (const LayerCosts &layer : layers)
    rowOf(layer);
  rowOf(sumOf(layers));
}

/// What would be there if nothing was frozen. Slots are the same number of times
/// the weight for each weight that trains.
static void printSavings(raw_ostream &out, const LayerCosts &all) {
  if (!all.frozen || !all.gradients)
    return;
  const uint64_t gradients = all.weights - all.gradients;
  out << formatv("frozen weights leave out {0} bytes of gradients and {1} bytes of slots\n", gradients,
                 all.slots / all.gradients * gradients);
}

static void printEntries(raw_ostream &out, const ModelInfo &info) {
  auto row = [&](auto kind, auto batch, auto arena, auto bound, auto packing, auto operations) {
    out << formatv("{0,-16} {1,9} {2,12} {3,12} {4,16} {5,10}\n", kind, batch, arena, bound, packing, operations);
  };
  row("entry", "max batch", "arena bytes", "lower bound", "of which packing", "operations");
  for (const EntryInfo &entry : info.entries)
    if (entry.kind != "init" && entry.kind != "init_state")
      row(entry.kind, entry.maxBatch, entry.arenaBytes, entry.lowerBound, entry.packingBytes, entry.operations);
}

std::string ingot::codegen::emitReport(const ModelInfo &info) {
  std::string text;
  raw_string_ostream out(text);
  const std::vector<LayerCosts> layers = layerCosts(info);
  const LayerCosts all = sumOf(layers);
  out << formatv("model {0}, numerics {1}\n", info.modelName, info.portable ? "portable" : "native");
  out << formatv("parameters {0} in {1} bytes, state {2} bytes\n\n", all.parameters, info.paramsBytes, info.stateBytes);
  printLayers(out, layers);
  printSavings(out, all);
  out << "\n";
  printEntries(out, info);
  return text;
}
