//===- ReportJson.cpp - what a compilation amounts to, as JSON ------------===//

#include "inspect/Report.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::inspect;

namespace {

class Writer {
public:
  Writer(const Findings &findings, raw_ostream &out) : findings(findings), json(out, /*IndentSize=*/2) {}

  void run() {
    const std::vector<LayerCosts> layers = layerCosts(findings);
    const codegen::ModelInfo &info = findings.info;
    json.object([&] {
      json.attribute("format", 1);
      json.attribute("model", info.modelName);
      json.attribute("prefix", info.prefix);
      json.attribute("numerics", info.portable ? "portable" : "native");
      json.attribute("threads", info.threads);
      json.attribute("triple", findings.triple);
      json.attribute("cpu", findings.cpu);
      json.attribute("params_bytes", info.paramsBytes);
      json.attribute("state_bytes", info.stateBytes);
      json.attributeObject("prepared", [&] {
        json.attribute("bytes", info.preparedBytes);
        json.attribute("pays_from_samples", info.preparePaysFrom);
        json.attributeArray("tensors", [&] {
          for (const codegen::PreparedInfo &prepared : info.prepared)
            json.object([&] {
              json.attribute("name", prepared.name);
              json.attribute("bytes", prepared.bytes);
            });
        });
      });
      json.attributeObject("total", [&] { costs(totalCosts(findings, layers)); });
      json.attributeArray("layers", [&] {
        for (const LayerCosts &layer : layers)
          json.object([&] { writeLayer(layer); });
      });
      json.attributeArray("entries", [&] {
        for (const codegen::EntryInfo &entry : info.entries)
          json.object([&] { writeEntry(entry); });
      });
      if (findings.code) {
        json.attributeObject("code", [&] { writeCode(*findings.code); });
        json.attributeArray("linked", [&] { writeLinked(*findings.code); });
        json.attributeObject("needs", [&] {
          writeNeed("ram", ramNeeded(info, *findings.code, findings.budget));
          writeNeed("flash", flashNeeded(info, *findings.code, findings.budget));
          json.attribute("tensors_of_a_call_bytes", tensorBytesOfACall(info));
        });
      }
      json.attributeArray("remarks", [&] {
        for (const Remark &remark : findings.remarks)
          json.object([&] { writeRemark(remark); });
      });
    });
  }

private:
  void optional(StringRef key, std::optional<uint64_t> value) {
    json.attribute(key, value ? json::Value(*value) : json::Value(nullptr));
  }

  void costs(const LayerCosts &layer) {
    json.attributeObject("macs", [&] {
      optional("forward", layer.forward);
      optional("backward", layer.backward);
    });
    json.attributeObject("parameters", [&] {
      json.attribute("trainable", layer.parameters - layer.frozen);
      json.attribute("frozen", layer.frozen);
    });
    json.attributeObject("bytes", [&] {
      json.attribute("weights", layer.weights);
      json.attribute("activations", layer.activations);
      json.attribute("gradients", layer.gradients);
      json.attribute("slots", layer.slots);
    });
  }

  void writeLayer(const LayerCosts &layer) {
    json.attribute("name", layer.path);
    json.attribute("class", layer.className.empty() ? json::Value(nullptr) : json::Value(layer.className));
    json.attributeArray("calls", [&] {
      for (const LayerCall &call : layer.calls)
        json.object([&] { writeCall(call); });
    });
    costs(layer);
  }

  void writeCall(const LayerCall &call) {
    json.attributeArray("output", [&] {
      for (int64_t size : call.output)
        json.value(size == shape::kDynamic ? json::Value(nullptr) : json::Value(size));
    });
    json.attribute("steps", call.steps);
    writePlace(call.place);
  }

  void writePlace(const std::optional<Place> &place) {
    if (!place)
      return;
    json.attribute("file", place->file);
    json.attribute("line", place->line);
    json.attribute("column", place->column);
  }

  void writeEntry(const codegen::EntryInfo &entry) {
    json.attribute("name", entry.kind);
    json.attribute("max_batch", entry.maxBatch);
    json.attribute("arena_bytes", entry.arenaBytes);
    json.attribute("lower_bound", entry.lowerBound);
    json.attribute("packing_bytes", entry.packingBytes);
    json.attribute("operations", entry.operations);
    json.attributeObject("peak", [&] {
      json.attribute("layer", entry.peakLayer);
      json.attributeArray("live", [&] {
        for (const auto &[layer, bytes] : entry.peak)
          json.object([&] {
            json.attribute("layer", layer);
            json.attribute("bytes", bytes);
          });
      });
    });
    if (!findings.code)
      return;
    auto sizeIn = [&](const std::map<std::string, uint64_t> &sizes) {
      auto found = sizes.find(entry.kind);
      return found == sizes.end() ? 0 : found->second;
    };
    json.attribute("own_code_bytes", sizeIn(findings.code->own));
    json.attribute("shared_code_bytes", sizeIn(findings.code->shared));
  }

  void writeCode(const CodeSizes &code) {
    json.attribute("text_bytes", code.text);
    json.attribute("rodata_bytes", code.rodata);
    json.attributeArray("shared", [&] {
      for (const SharedFunction &function : code.sharedFunctions)
        json.object([&] {
          json.attribute("name", function.name);
          json.attribute("bytes", function.bytes);
          names("entries", function.entries);
        });
    });
  }

  void writeLinked(const CodeSizes &code) {
    for (const auto &[entry, size] : code.linked)
      json.object([&] {
        json.attribute("entry", entry);
        json.attribute("text_bytes", size.text);
        json.attribute("rodata_bytes", size.rodata);
        if (auto stack = code.stack.find(entry); stack != code.stack.end())
          json.attributeObject("stack", [&] {
            json.attribute("bytes", stack->second.bytes);
            json.attribute("thread_bytes", stack->second.threadBytes);
            names("path", stack->second.path);
            names("not_counted", {stack->second.outside.begin(), stack->second.outside.end()});
          });
      });
  }

  void writeNeed(StringRef key, const Need &need) {
    json.attributeObject(key, [&] {
      json.attribute("bytes", need.bytes());
      optional("limit", need.limit);
      json.attributeArray("parts", [&] {
        for (const Part &part : need.parts)
          json.object([&] {
            json.attribute("what", part.what);
            json.attribute("bytes", part.bytes);
            if (!part.entry.empty())
              json.attribute("entry", part.entry);
            if (part.most.empty())
              return;
            json.attribute("most", part.most);
            json.attribute("most_bytes", part.mostBytes);
          });
      });
    });
  }

  void writeRemark(const Remark &remark) {
    json.attribute("kind", remark.isMissed ? "missed" : "done");
    json.attribute("category", remark.category);
    json.attribute("decision", remark.decision);
    json.attribute("layer", remark.layer);
    json.attribute("message", remark.message);
    writePlace(remark.place);
    names("entries", remark.entries);
  }

  void names(StringRef key, const std::vector<std::string> &values) {
    json.attributeArray(key, [&] {
      for (const std::string &value : values)
        json.value(value);
    });
  }

  const Findings &findings;
  json::OStream json;
};

} // namespace

std::string inspect::formatReportJson(const Findings &findings) {
  std::string text;
  raw_string_ostream out(text);
  Writer(findings, out).run();
  out << "\n";
  return text;
}
