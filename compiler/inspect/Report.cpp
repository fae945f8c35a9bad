//===- Report.cpp - what a compilation amounts to, as tables --------------===//

#include "inspect/Report.h"

#include "graph/Summary.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::inspect;

static std::string number(uint64_t value) { return graph::withSeparators(static_cast<int64_t>(value)); }
static std::string number(std::optional<uint64_t> value) { return value ? number(*value) : "?"; }

/// At most `width` characters, the end of a path rather than its beginning.
static std::string shortened(StringRef text, size_t width) {
  return text.size() <= width ? text.str() : ".." + text.take_back(width - 2).str();
}

/// The shape that the first call gives, and how many there are.
static std::string describeOutput(const LayerCosts &layer) {
  if (layer.calls.empty())
    return "?";
  int64_t count = 0;
  for (const LayerCall &call : layer.calls)
    count += call.steps;
  const std::string first = shape::toString(layer.calls.front().output);
  return count > 1 ? formatv("{0} x{1}", first, count).str() : first;
}

static void printCompute(raw_ostream &out, ArrayRef<LayerCosts> layers, const LayerCosts &all) {
  auto line = [&](StringRef layer, StringRef className, StringRef output, StringRef forward, StringRef backward) {
    out << formatv("{0,-26} {1,-20} {2,-20} {3,14} {4,15}\n", shortened(layer, 26), shortened(className, 20),
                   shortened(output, 20), forward, backward);
  };
  line("layer", "class", "output", "forward MACs", "backward MACs");
  for (const LayerCosts &layer : layers)
    line(layer.path, layer.className.empty() ? "?" : layer.className, describeOutput(layer), number(layer.forward),
         number(layer.backward));
  line("all, of a sample", "", "", number(all.forward), number(all.backward));
}

static void printMemory(raw_ostream &out, ArrayRef<LayerCosts> layers, const LayerCosts &all) {
  auto line = [&](StringRef layer, StringRef activations, StringRef parameters, StringRef weights, StringRef gradients,
                  StringRef slots) {
    out << formatv("{0,-26} {1,11} {2,12} {3,13} {4,12} {5,13}", shortened(layer, 26), activations, parameters, weights,
                   gradients, slots);
  };
  auto lineOf = [&](const LayerCosts &layer) {
    line(layer.path, number(layer.activations), number(layer.parameters), number(layer.weights), number(layer.gradients),
         number(layer.slots));
    if (layer.frozen)
      out << (layer.frozen == layer.parameters ? "  frozen" : formatv("  {0} frozen", number(layer.frozen)).str());
    out << "\n";
  };
  line("bytes", "activations", "parameters", "weights", "gradients", "slots");
  out << "\n";
  for (const LayerCosts &layer : layers)
    lineOf(layer);
  lineOf(all);
}

/// What would be there if nothing was frozen. Slots are the same number of times
/// the weight for each weight that trains.
static void printSavings(raw_ostream &out, const LayerCosts &all) {
  if (!all.frozen || !all.gradients)
    return;
  const uint64_t gradients = all.weights - all.gradients;
  out << formatv("frozen weights leave out {0} bytes of gradients and {1} bytes of slots\n", number(gradients),
                 number(all.slots / all.gradients * gradients));
}

/// Those that have a macro of their arena.
static std::vector<const codegen::EntryInfo *> entriesWithArena(const codegen::ModelInfo &info) {
  std::vector<const codegen::EntryInfo *> entries;
  for (const codegen::EntryInfo &entry : info.entries)
    if (entry.kind != "init" && entry.kind != "init_state")
      entries.push_back(&entry);
  return entries;
}

static void printEntries(raw_ostream &out, const Findings &findings) {
  auto line = [&](StringRef kind, StringRef batch, StringRef arena, StringRef bound, StringRef packing,
                  StringRef operations, StringRef code, StringRef shared) {
    out << formatv("{0,-16} {1,9} {2,13} {3,13} {4,11} {5,10} {6,9} {7,9}\n", kind, batch, arena, bound, packing,
                   operations, code, shared);
  };
  line("entry", "max batch", "arena bytes", "lower bound", "for packing", "operations", "own code", "shared");
  auto codeOf = [&](std::map<std::string, uint64_t> CodeSizes::*sizes, const std::string &kind) {
    if (!findings.code)
      return std::string("?");
    auto found = (*findings.code.*sizes).find(kind);
    return number(found == (*findings.code.*sizes).end() ? 0 : found->second);
  };
  for (const codegen::EntryInfo *entry : entriesWithArena(findings.info))
    line(entry->kind, number(entry->maxBatch), number(entry->arenaBytes), number(entry->lowerBound),
         number(entry->packingBytes), number(entry->operations), codeOf(&CodeSizes::own, entry->kind),
         codeOf(&CodeSizes::shared, entry->kind));
}

/// The tensors that `prepare` makes for `predict`.
static void printPrepared(raw_ostream &out, const codegen::ModelInfo &info) {
  constexpr size_t shown = 8;
  if (info.prepared.empty())
    return;
  out << formatv("prepared weights {0} bytes, worth it from {1} samples on\n", number(info.preparedBytes),
                 number(info.preparePaysFrom));
  for (const codegen::PreparedInfo &prepared : ArrayRef(info.prepared).take_front(shown))
    out << formatv("{0,13}  {1}\n", number(prepared.bytes), shortened(prepared.name, 60));
  if (info.prepared.size() > shown)
    out << formatv("               and {0} more\n", info.prepared.size() - shown);
  out << "\n";
}

static void printPeaks(raw_ostream &out, const codegen::ModelInfo &info) {
  constexpr size_t shown = 3;
  auto line = [&](StringRef entry, StringRef layer, StringRef live, StringRef bytes) {
    out << formatv("{0,-16} {1,-32} {2,-32} {3,15}\n", entry, shortened(layer, 32), shortened(live, 32), bytes);
  };
  line("fullest arena", "layer at work", "live there", "bytes");
  for (const codegen::EntryInfo *entry : entriesWithArena(info)) {
    uint64_t others = 0;
    for (const auto &[i, layer] : enumerate(entry->peak))
      if (i < shown)
        line(i ? "" : entry->kind, i ? "" : entry->peakLayer, layer.first, number(layer.second));
      else
        others += layer.second;
    if (others)
      line("", "", formatv("{0} others", entry->peak.size() - shown).str(), number(others));
  }
}

static void printCode(raw_ostream &out, const CodeSizes &code) {
  constexpr size_t shown = 12;
  uint64_t shared = 0;
  for (const SharedFunction &function : code.sharedFunctions)
    shared += function.bytes;
  out << formatv("\ncode {0} bytes, constants {1} bytes; {2} bytes in {3} functions that entries share\n",
                 number(code.text), number(code.rodata), number(shared), code.sharedFunctions.size());
  for (const SharedFunction &function : ArrayRef(code.sharedFunctions).take_front(shown))
    out << formatv("{0,9}  {1}  ({2})\n", number(function.bytes), shortened(function.name, 36),
                   join(function.entries, ", "));
  if (code.sharedFunctions.size() > shown)
    out << formatv("           and {0} smaller ones\n", code.sharedFunctions.size() - shown);
}

/// What a linker keeps for an entry alone, and what a call takes of the stack.
static void printLinked(raw_ostream &out, const CodeSizes &code) {
  auto line = [&](StringRef entry, StringRef text, StringRef constants, StringRef stack, StringRef outside) {
    out << formatv("{0,-20} {1,9} {2,10} {3,9}", entry, text, constants, stack);
    out << (outside.empty() ? "" : "   ") << outside << "\n";
  };
  out << "\n";
  line("linked alone", "code", "constants", "stack", "calls, not counted in stack");
  for (const auto &[entry, size] : code.linked) {
    auto stack = code.stack.find(entry);
    const bool isKnown = stack != code.stack.end();
    std::string outside = isKnown ? join(stack->second.outside, ", ") : "";
    if (outside.size() > 42)
      outside = formatv("{0} functions, {1}, ..", stack->second.outside.size(), *stack->second.outside.begin());
    line(entry, number(size.text), number(size.rodata), isKnown ? number(stack->second.bytes) : "?", outside);
  }
  line("all but model", number(code.linkedTogether.text), number(code.linkedTogether.rodata), "", "");
}

/// What a program needs that calls the entries, one at a time.
static void printNeed(raw_ostream &out, const Need &need) {
  std::string limit = need.limit ? formatv(" of {0} in {1}", number(*need.limit), need.flag).str() : "";
  out << formatv("\n{0,-7} {1,13}{2}\n", need.memory, number(need.bytes()), limit);
  for (const Part &part : need.parts) {
    out << formatv("{0,21}  {1}", number(part.bytes), part.what);
    if (!part.entry.empty())
      out << " of " << part.entry;
    if (!part.most.empty())
      out << formatv(", {0} of it {1}", number(part.mostBytes), shortened(part.most, 32));
    out << "\n";
  }
}

std::string inspect::formatReport(const Findings &findings) {
  std::string text;
  raw_string_ostream out(text);
  const codegen::ModelInfo &info = findings.info;
  const std::vector<LayerCosts> layers = layerCosts(findings);
  const LayerCosts all = totalCosts(findings, layers);
  out << formatv("model {0}, numerics {1}, for {2} of {3}", info.modelName, info.portable ? "portable" : "native",
                 findings.cpu, findings.triple);
  if (info.threads > 1)
    out << formatv(", up to {0} threads", info.threads);
  out << "\n";
  out << formatv("parameters {0} in {1} bytes, state {2} bytes\n\n", number(all.parameters), number(info.paramsBytes),
                 number(info.stateBytes));
  printCompute(out, layers, all);
  out << "\n";
  printMemory(out, layers, all);
  printSavings(out, all);
  out << "\n";
  printEntries(out, findings);
  out << "\n";
  printPrepared(out, info);
  printPeaks(out, info);
  if (findings.code) {
    printCode(out, *findings.code);
    printLinked(out, *findings.code);
    printNeed(out, ramNeeded(info, *findings.code, findings.budget));
    printNeed(out, flashNeeded(info, *findings.code, findings.budget));
    out << formatv("inputs, outputs and targets of a call are not in it: up to {0} bytes of the caller's\n",
                   number(tensorBytesOfACall(info)));
  }
  const size_t missed = count_if(findings.remarks, [](const Remark &remark) { return remark.isMissed; });
  out << formatv("\n{0} remarks of what was done, {1} of what was not; --remarks prints them\n",
                 findings.remarks.size() - missed, missed);
  return text;
}
