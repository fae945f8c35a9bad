//===- KerasFuzzer.cpp - Keras JSON that is none ---------------------------===//
//
// Text to model to tier 1 and, for few layers, to the stage `train`. Whatever the
// text, there is a model or an error; a bug of ours is a finding.
//
//===----------------------------------------------------------------------===//

#include "Choice.h"

#include "driver/Compile.h"
#include "frontend/LayerRegistry.h"
#include "ingot/Model.h"
#include "keras/KerasModel.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>

using namespace ingot;
using Json = nlohmann::json;

/// Settings that fit any output.
static const char *const settings =
    R"({"compile": {"optimizer": {"class_name": "Adam", "config": {}}, "loss": "mse"}})";

static driver::Options optionsFor(const graph::Model &model) {
  driver::Options options;
  options.emit = {"summary", "dot", model.calls.size() <= 12 ? "train" : "ingot"};
  return options;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  clear_session();
  try {
    Model model = keras::loadKerasModel(text, std::nullopt, {});
    const bool isSmall = model.count_params() < 1'000'000;
    if (isSmall && size % 2)
      model = keras::loadKerasModel(text, settings, {});
    const driver::Result result = driver::compile(model.graph(), optionsFor(model.graph()));
    if (result.bug) {
      std::fprintf(stderr, "%s\n", result.bug->format().c_str());
      std::abort();
    }
    // The front end has accepted it, so later stages have nothing to refuse.
    if (!result.ok) {
      std::fprintf(stderr, "refused late: %s\n", result.diagnostics.back().format().c_str());
      std::abort();
    }
  } catch (const Error &) {
    // As it must be.
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Mutations of a tree
//===----------------------------------------------------------------------===//

static void collect(Json &value, std::vector<Json *> &all) {
  all.push_back(&value);
  if (value.is_structured())
    for (Json &child : value)
      collect(child, all);
}

static Json leaf(fuzz::Choice &choice) {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all = layerClassNames();
    all.insert(all.end(), {"InputLayer", "Functional", "relu", "softmax", "float32", "int32", "same", "valid", "x", "y",
                           "zeros", "orthogonal", "L2", "channels_last", "", "a b", "\xff"});
    return all;
  }();
  switch (choice.below(6)) {
  case 0:
    return nullptr;
  case 1:
    return choice.oneIn(2);
  case 2:
    return 0.5;
  case 3:
    return choice.of(words);
  case 4:
    return Json::array({nullptr, choice.of(fuzz::edgeNumbers())});
  default:
    return choice.of(fuzz::edgeNumbers());
  }
}

static void mutate(Json &root, fuzz::Choice &choice) {
  std::vector<Json *> all;
  collect(root, all);
  Json &target = *choice.of(all);
  const Json other = *choice.of(all);
  switch (choice.below(6)) {
  case 0:
    target = other;
    return;
  case 1:
    if (target.is_structured() && !target.empty()) {
      auto it = target.begin();
      std::advance(it, choice.below(target.size()));
      target.erase(it);
      return;
    }
    break;
  case 2:
    if (target.is_array()) {
      target.insert(target.begin() + static_cast<ptrdiff_t>(choice.below(target.size() + 1)), other);
      return;
    }
    break;
  case 3:
    if (target.is_object() && !target.empty()) {
      auto it = target.begin();
      std::advance(it, choice.below(target.size()));
      const Json value = *it;
      target[it.key() + "s"] = value;
      return;
    }
    break;
  default:
    break;
  }
  // Leaves are what most mistakes are in.
  for (int tries = 0; tries < 8; ++tries)
    if (Json &small = *choice.of(all); !small.is_structured()) {
      small = leaf(choice);
      return;
    }
  target = leaf(choice);
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  fuzz::Choice choice(seed);
  Json root = Json::parse(data, data + size, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded() || choice.oneIn(8))
    return LLVMFuzzerMutate(data, size, maxSize);
  for (size_t i = 0, count = 1 + choice.below(3); i < count; ++i)
    mutate(root, choice);
  const size_t written =
      fuzz::put(root.dump(-1, ' ', false, Json::error_handler_t::replace), data, maxSize);
  return written ? written : LLVMFuzzerMutate(data, size, maxSize);
}
