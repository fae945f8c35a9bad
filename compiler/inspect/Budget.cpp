//===- Budget.cpp - what a program needs, and what it may have ------------===//

#include "inspect/Budget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::inspect;

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// Without the batch.
static uint64_t elementsOf(const codegen::TensorInfo &tensor) {
  uint64_t elements = 1;
  for (int64_t size : tensor.dims)
    elements *= size < 0 ? 1 : size;
  return elements;
}

/// Every element takes four.
static uint64_t bytesOf(const codegen::TensorInfo &tensor) { return 4 * elementsOf(tensor); }

static void nameLargest(Part &part, ArrayRef<codegen::TensorInfo> tensors) {
  const codegen::TensorInfo *largest = llvm::max_element(
      tensors, [](const codegen::TensorInfo &a, const codegen::TensorInfo &b) { return bytesOf(a) < bytesOf(b); });
  if (largest != tensors.end()) {
    part.most = largest->name;
    part.mostBytes = bytesOf(*largest);
  }
}

/// The weight whose slots take the most.
static void nameLargestSlots(Part &part, const codegen::ModelInfo &info) {
  std::map<size_t, uint64_t> bytes;
  for (const codegen::TensorInfo &slot : info.slots)
    if (slot.slotOf)
      bytes[*slot.slotOf] += bytesOf(slot);
  for (auto [weight, sum] : bytes)
    if (sum > part.mostBytes) {
      part.most = info.weights[weight].name;
      part.mostBytes = sum;
    }
}

static Part preparedPart(const codegen::ModelInfo &info, uint64_t bytes) {
  Part part{"prepared", "", bytes, "", 0, ""};
  for (const codegen::PreparedInfo &prepared : info.prepared)
    if (prepared.bytes > part.mostBytes) {
      part.most = prepared.name;
      part.mostBytes = prepared.bytes;
    }
  return part;
}

/// The entry whose arena and stack are the most together, and these.
static void addArenaAndStack(const codegen::ModelInfo &info, const CodeSizes &code, std::vector<Part> &parts) {
  Part arena{"arena", "", 0, "", 0, ""}, stack{"stack", "", 0, "", 0, ""};
  for (const auto &[kind, use] : code.stack) {
    const codegen::EntryInfo *entry = info.entry(kind);
    const uint64_t arenaBytes = entry ? entry->arenaBytes : 0;
    if (!stack.entry.empty() && arenaBytes + use.bytes <= arena.bytes + stack.bytes)
      continue;
    arena = {"arena", kind, arenaBytes, "", 0, ""};
    stack = {"stack", kind, use.bytes, "", 0, ""};
    if (entry && !entry->peak.empty()) {
      arena.most = entry->peak.front().first;
      arena.mostBytes = entry->peak.front().second;
      arena.mostWhere = entry->peakLayer;
    }
  }
  parts.push_back(std::move(arena));
  parts.push_back(std::move(stack));
}

static void dropEmpty(std::vector<Part> &parts) {
  llvm::erase_if(parts, [](const Part &part) { return part.bytes == 0; });
}

Need inspect::ramNeeded(const codegen::ModelInfo &info, const CodeSizes &code, const Budget &budget) {
  Need need{"RAM", "--max-ram", {}, budget.maxRam};
  const bool readsGrads = info.entry("gradients") || info.entry("apply_gradients");
  const bool trains = info.entry("train_step") || readsGrads;
  Part params{"params", "", info.hasFrozenWeights && !trains ? 0 : info.paramsBytes, "", 0, ""};
  Part state{"state", "", trains ? info.stateBytes : 0, "", 0, ""};
  Part grads{"grads", "", readsGrads ? info.paramsBytes : 0, "", 0, ""};
  nameLargest(params, info.weights);
  nameLargestSlots(state, info);
  nameLargest(grads, info.weights);
  need.parts = {params, state, grads, preparedPart(info, info.hasFrozenPrepared() ? 0 : info.preparedBytes)};
  addArenaAndStack(info, code, need.parts);
  dropEmpty(need.parts);
  return need;
}

Need inspect::flashNeeded(const codegen::ModelInfo &info, const CodeSizes &code, const Budget &budget) {
  Need need{"flash", "--max-flash", {}, budget.maxFlash};
  Part text{"code", "", code.linkedTogether.text, "", 0, ""};
  for (const auto &[entry, size] : code.linked)
    if (entry != "model" && size.text > text.mostBytes) {
      text.most = entry;
      text.mostBytes = size.text;
    }
  Part weights{"weights", "", info.frozenWeights.size(), "", 0, ""};
  nameLargest(weights, info.weights);
  Part prepared = preparedPart(info, info.frozenPrepared.size());
  const uint64_t frozen = weights.bytes + prepared.bytes;
  Part constants{"constants", "", code.linkedTogether.rodata - std::min(frozen, code.linkedTogether.rodata), "", 0, ""};
  need.parts = {text, constants, weights, prepared};
  dropEmpty(need.parts);
  return need;
}

uint64_t inspect::tensorBytesOfACall(const codegen::ModelInfo &info) {
  uint64_t most = 0;
  for (const codegen::EntryInfo &entry : info.entries) {
    const bool predicts = entry.kind == "predict", isCalledWithTensors = entry.maxBatch > 0;
    uint64_t sample = 0;
    for (const codegen::TensorInfo &input : info.inputs)
      sample += bytesOf(input);
    for (const codegen::TensorInfo &tensor : predicts ? info.outputs : info.targets)
      sample += bytesOf(tensor);
    if (isCalledWithTensors && !StringRef(entry.kind).starts_with("init") && entry.kind != "apply_gradients")
      most = std::max(most, sample * entry.maxBatch);
  }
  return most;
}

//===----------------------------------------------------------------------===//
// In words
//===----------------------------------------------------------------------===//

std::string Part::name() const { return entry.empty() ? "`" + what + "`" : "the " + what + " of `" + entry + "`"; }

uint64_t Need::bytes() const {
  uint64_t sum = 0;
  for (const Part &part : parts)
    sum += part.bytes;
  return sum;
}

std::string inspect::overrun(const Need &need, const std::string &model) {
  const Part &largest = *llvm::max_element(need.parts, [](const Part &a, const Part &b) { return a.bytes < b.bytes; });
  std::string text = formatv("`{0}` needs {1} bytes of {2}; `{3}` allows {4}; the largest part is {5}, {6} bytes", model,
                             need.bytes(), need.memory, need.flag, need.limit.value_or(0), largest.name(), largest.bytes);
  if (!largest.mostWhere.empty())
    text += formatv(", which is fullest at layer `{0}`", largest.mostWhere);
  if (!largest.most.empty())
    text += formatv(", with {0} for `{1}`", largest.mostBytes, largest.most);
  return text;
}

std::string inspect::composition(const Need &need) {
  std::string text = need.memory + " is ";
  for (const auto &[i, part] : enumerate(need.parts))
    text += formatv("{0}{1} {2}", i ? ", " : "", part.name(), part.bytes);
  if (llvm::any_of(need.parts, [](const Part &part) { return part.what == "grads"; }))
    text += "; `grads` is for `gradients` and `apply_gradients`, which `--entries` can leave out";
  return text;
}
