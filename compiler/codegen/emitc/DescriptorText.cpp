//===- DescriptorText.cpp - ingot_model_desc as a constant of C -----------===//
//
// As in Descriptor.cpp, but in a struct whose offsets the C compiler knows. It
// cannot know how far functions are, so they are in a table.
//
//===----------------------------------------------------------------------===//

#include "codegen/emitc/DescriptorText.h"

#include "codegen/Descriptor.h"
#include "lower/Layout.h"

#include <ingot/abi.h>

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::codegen;

namespace {

/// The strings behind the descriptor, one after the other.
class Strings {
public:
  size_t add(StringRef string) {
    const size_t offset = bytes.size();
    bytes += string.str() + '\0';
    return offset;
  }

  /// As numbers: a literal may have 4095 characters, and a summary has more.
  void print(CWriter &writer) const {
    constexpr size_t inLine = 20;
    for (size_t i = 0; i < bytes.size(); i += inLine) {
      std::string text;
      for (char c : StringRef(bytes).substr(i, inLine))
        text += std::to_string(static_cast<unsigned char>(c)) + ", ";
      writer.line(StringRef(text).rtrim(' '));
    }
  }

  size_t size() const { return bytes.size(); }

private:
  std::string bytes;
};

class DescriptorPrinter {
public:
  DescriptorPrinter(CWriter &writer, const ModelInfo &info, const HeaderNames &header)
      : writer(writer), info(info), header(header), type(info.prefix + "_description") {}

  void print(StringRef summary) {
    for (const auto *list : {&info.inputs, &info.outputs, &info.targets, &info.weights, &info.slots})
      for (const TensorInfo &tensor : *list)
        tensorNames.push_back(strings.add(tensor.name));
    for (const std::string &key : info.metrics)
      metricNames.push_back(strings.add(key));
    const size_t modelName = strings.add(info.modelName), summaryText = strings.add(summary);

    writer.blank();
    writer.comment("What ingot_model_desc tells of the model, with its tables and strings.");
    writer.line("typedef void (*" + type + "_entry)(void);");
    writer.open("typedef struct " + type + " {");
    writer.line("ingot_model_desc desc;");
    writer.line("ingot_tensor_desc tensors[" + Twine(std::max<size_t>(tensorNames.size(), 1)) + "];");
    writer.line("uint32_t metrics[" + Twine(std::max<size_t>(metricNames.size(), 1)) + "];");
    writer.line(type + "_entry entries[INGOT_ENTRY_COUNT];");
    writer.line("unsigned char text[" + Twine(strings.size()) + "];");
    writer.close("} " + type + ";");
    writer.blank();
    // Directives end with their lines.
    writer.raw("#define TEXT_AT(place) (uint32_t)(offsetof(" + type + ", text) + (place))\n");
    writer.raw("#define TENSORS_AT(place) \\\n  (uint32_t)(offsetof(" + type + ", tensors) + (place) * sizeof(ingot_tensor_desc))\n");
    writer.open("static const " + type + " " + info.prefix + "_model_desc = {");
    printHead(modelName, summaryText);
    printTensors();
    printTables();
    writer.open("{");
    strings.print(writer);
    writer.close("}");
    writer.close("};");
    writer.blank();
    writer.line(header.functions.at(info.prefix + "_model") + " { return &" + info.prefix + "_model_desc.desc; }");
  }

private:
  static std::string hex(uint64_t number) { return "0x" + utohexstr(number, true) + "ull"; }

  void printHead(size_t modelName, size_t summaryText) {
    writer.open("{");
    writer.line("INGOT_ABI_VERSION, sizeof(ingot_model_desc), " + hex(info.archHash) + ", " + hex(info.trainHash) + ",");
    writer.line(Twine(info.paramsBytes) + ", " + Twine(info.stateBytes) + ", " + Twine(info.preparedBytes) + ", 0, " +
                Twine(blockAlignment) + ", " + Twine(info.portable ? 1 : 0) + ",");
    std::string tables = "TEXT_AT(" + std::to_string(modelName) + ")";
    size_t first = 0;
    for (const auto *list : {&info.inputs, &info.outputs, &info.targets, &info.weights, &info.slots}) {
      tables += ", " + std::to_string(list->size()) + ", TENSORS_AT(" + std::to_string(first) + ")";
      first += list->size();
    }
    writer.line(tables + ",");
    writer.line(Twine(info.metrics.size()) + ", (uint32_t)offsetof(" + type + ", metrics), TEXT_AT(" + Twine(summaryText) + "),");
    writer.open("{");
    for (StringRef kind : entryKinds) {
      const EntryInfo *entry = info.entry(kind);
      writer.line("{0, " + Twine(entry ? entry->maxBatch : 0) + ", " + Twine(entry ? entry->arenaBytes : 0) + "},");
    }
    writer.close("},");
    writer.line("0, " + Twine(info.threads) + ", " + Twine(info.preparePaysFrom) + ", (uint32_t)offsetof(" + type + ", entries), 0, 0, 0");
    writer.close("},");
  }

  void printTensors() {
    writer.open("{");
    size_t number = 0;
    for (const auto *list : {&info.inputs, &info.outputs, &info.targets, &info.weights, &info.slots})
      for (const TensorInfo &tensor : *list) {
        std::string dims;
        for (size_t i = 0; i < INGOT_MAX_RANK; ++i)
          dims += (i ? ", " : "") + std::to_string(i < tensor.dims.size() ? tensor.dims[i] : 0);
        writer.comment(tensor.name);
        writer.line("{TEXT_AT(" + Twine(tensorNames[number++]) + "), " + (tensor.isInteger ? "INGOT_I32" : "INGOT_F32") + ", " +
                    Twine(tensor.dims.size()) + ", " + Twine(tensor.trainable ? 1 : 0) + ", {" + dims + "}, " + Twine(tensor.offset) +
                    ", " + Twine(tensor.classes) + ", " +
                    (tensor.slotOf ? std::to_string(*tensor.slotOf) + "u" : std::string("UINT32_MAX")) + "},");
      }
    if (number == 0)
      writer.line("{0, 0, 0, 0, {0, 0, 0, 0, 0, 0}, 0, 0, 0},");
    writer.close("},");
  }

  void printTables() {
    std::string metrics = metricNames.empty() ? "0" : "";
    for (size_t name : metricNames)
      metrics += (metrics.empty() ? "" : ", ") + ("TEXT_AT(" + std::to_string(name) + ")");
    writer.line("{" + metrics + "},");
    writer.open("{");
    for (StringRef kind : entryKinds) {
      const std::string name = info.prefix + "_" + kind.str();
      writer.line(header.functions.count(name) ? "(" + type + "_entry)" + name + "," : "NULL,");
    }
    writer.close("},");
  }

  CWriter &writer;
  const ModelInfo &info;
  const HeaderNames &header;
  std::string type;
  Strings strings;
  std::vector<size_t> tensorNames, metricNames;
};

} // namespace

void ingot::codegen::printDescriptor(CWriter &writer, const ModelInfo &info, const HeaderNames &header, StringRef summary) {
  DescriptorPrinter(writer, info, header).print(summary);
}
