//===- Page.cpp - a compiled model as one page to look at -----------------===//
//
// The page itself is in page/: HTML, CSS and JavaScript, which are built in. Here its
// data is written.
//
//===----------------------------------------------------------------------===//

#include "inspect/Page.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"
#include "inspect/StageText.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include "inspect/PageResources.inc"

using namespace llvm;
using namespace ingot;
using namespace ingot::inspect;

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// The op of the module that `op` is in.
static mlir::Operation *topLevel(mlir::Operation *op) {
  while (op->getParentOp() && !isa<mlir::ModuleOp>(op->getParentOp()))
    op = op->getParentOp();
  return op;
}

/// Kernels and outlined loops belong to all who call them; they have the location of
/// the first.
static bool isSharedCode(mlir::Operation *function) {
  return isa<mlir::func::FuncOp, mlir::LLVM::LLVMFuncOp>(function) && !function->hasAttr(names::kind);
}

StageView inspect::viewStage(std::string name, mlir::ModuleOp module) {
  LinedText lines = printLines(module);
  StageView view{std::move(name), std::move(lines.text), {}};
  const auto prefixes = prefixesOfModels(module);
  for (size_t line = 0; line < lines.ops.size(); ++line) {
    mlir::Operation *op = lines.ops[line];
    if (!op || isSharedCode(topLevel(op)) || nameOf(op->getLoc()).empty())
      continue;
    const std::string layer = nameOf(op->getLoc()).str();
    auto model = prefixes.find(topLevel(op));
    if (model == prefixes.end())
      view.lines[layer].push_back(line);
    else
      for (const std::string &prefix : model->second)
        view.lines[prefix + layer].push_back(line);
  }
  return view;
}

//===----------------------------------------------------------------------===//
// What is beside them
//===----------------------------------------------------------------------===//

/// Files of the user that are mentioned. They are as long as programs are.
static SetVector<StringRef> filesOf(const Findings &findings) {
  SetVector<StringRef> files;
  for (const LayerCall &call : findings.layers.calls)
    if (call.place)
      files.insert(call.place->file);
  for (const Remark &remark : findings.remarks)
    if (remark.place)
      files.insert(remark.place->file);
  return files;
}

static void writeSources(json::OStream &json, const Findings &findings) {
  constexpr uint64_t longest = 1 << 20;
  json.attributeObject("sources", [&] {
    for (StringRef file : filesOf(findings)) {
      auto buffer = MemoryBuffer::getFile(file, /*IsText=*/true);
      if (buffer && (*buffer)->getBufferSize() <= longest)
        json.attribute(file, json::fixUTF8((*buffer)->getBuffer()));
    }
  });
}

static void writeCalls(json::OStream &json, const LayerGraph &graph) {
  json.attributeArray("calls", [&] {
    for (const LayerCall &call : graph.calls)
      json.object([&] {
        json.attribute("layer", graph.layers[call.layer].path);
        json.attributeArray("output", [&] {
          for (int64_t size : call.output)
            json.value(size == shape::kDynamic ? json::Value(nullptr) : json::Value(size));
        });
        json.attribute("steps", call.steps);
        json.attributeArray("inputs", [&] {
          for (size_t input : call.inputs)
            json.value(static_cast<int64_t>(input));
        });
      });
  });
}

std::string inspect::describeForPage(const Findings &findings) {
  std::string text;
  raw_string_ostream out(text);
  json::OStream json(out);
  json.object([&] {
    json.attributeBegin("report");
    json.rawValue(StringRef(formatReportJson(findings)).trim());
    json.attributeEnd();
    writeCalls(json, findings.layers);
    writeSources(json, findings);
  });
  return text;
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

/// Runs of lines of one layer: [first, how many, number of the name].
static void writeOwners(json::OStream &json, const StageView &stage, MapVector<StringRef, size_t> &names) {
  for (const auto &[layer, lines] : stage.lines) {
    const size_t number = names.try_emplace(layer, names.size()).first->second;
    for (size_t i = 0, next = 0; i < lines.size(); i = next) {
      for (next = i + 1; next < lines.size() && lines[next] == lines[next - 1] + 1;)
        ++next;
      json.array([&] {
        json.value(static_cast<int64_t>(lines[i]));
        json.value(static_cast<int64_t>(next - i));
        json.value(static_cast<int64_t>(number));
      });
    }
  }
}

/// JSON in which no `<` could end the element that it stands in.
static std::string forScript(StringRef json) {
  std::string text;
  for (char c : json)
    text += c == '<' ? "\\u003c" : std::string(1, c);
  return text;
}

static std::string escaped(StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  return result;
}

std::string inspect::formatPage(StringRef title, StringRef description, const std::vector<StageView> &stages) {
  std::string data;
  raw_string_ostream out(data);
  json::OStream json(out);
  MapVector<StringRef, size_t> names;
  // The description, and the stages beside what it has.
  out << description.trim().drop_back() << ",\"stages\":";
  json.array([&] {
    for (const StageView &stage : stages)
      json.object([&] {
        json.attribute("name", stage.name);
        json.attribute("text", json::fixUTF8(stage.text));
        json.attributeArray("owners", [&] { writeOwners(json, stage, names); });
      });
  });
  out << ",\"names\":";
  json::OStream list(out);
  list.array([&] {
    for (const auto &name : names)
      list.value(json::fixUTF8(name.first));
  });
  out << "}";

  // Pieces are put in where the template says; what is put in is not looked at.
  std::string page;
  for (StringRef rest = pageHtml; !rest.empty();) {
    auto [before, after] = rest.split('@');
    page += before;
    auto [key, tail] = after.split('@');
    page += key == "TITLE"    ? escaped(title)
            : key == "STYLE"  ? std::string(pageStyle)
            : key == "SCRIPT" ? std::string(pageScript)
            : key == "DATA"   ? forScript(data)
                              : "";
    rest = tail;
  }
  return page;
}
