//===- Explain.cpp - a dump of the stages as one page ---------------------===//

#include "driver/Compile.h"
#include "driver/Dump.h"
#include "driver/Register.h"
#include "inspect/Page.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace ingot;
using namespace ingot::driver;

/// The object in DIR/index.json, or why there is none.
static llvm::Expected<llvm::json::Object> readIndex(const std::string &directory) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, Dumper::indexName);
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError(buffer.getError(), "cannot read `%s`: %s; `--dump-ir` writes such a directory",
                                   path.c_str(), buffer.getError().message().c_str());
  llvm::Expected<llvm::json::Value> value = llvm::json::parse((*buffer)->getBuffer());
  if (!value)
    return value.takeError();
  llvm::json::Object *object = value->getAsObject();
  if (!object || !object->getArray("files") || !object->getObject("explain"))
    return llvm::createStringError("`%s` is no index of a dump of IR", path.c_str());
  if (!object->getObject("explain")->getObject("report"))
    return llvm::createStringError("the compilation that wrote `%s` failed, so there is nothing to show as a page; its "
                                   "stages can be read as they are", directory.c_str());
  return std::move(*object);
}

/// "02-train.mlir" -> "train"; nothing for a step, or what is no MLIR.
static std::optional<std::string> stageIn(llvm::StringRef file) {
  if (file.contains('/') || !file.consume_back(".mlir"))
    return std::nullopt;
  return file.split('-').second.str();
}

Result ingot::driver::explain(const std::string &directory) {
  Result result;
  auto fail = [&](std::string message) {
    result.diagnostics.push_back({Diagnostic::Severity::Error, std::move(message), {}});
    return std::move(result);
  };
  llvm::Expected<llvm::json::Object> index = readIndex(directory);
  if (!index)
    return fail(llvm::toString(index.takeError()));
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  std::string firstError;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    if (firstError.empty())
      firstError = diagnostic.str();
  });
  std::vector<inspect::StageView> stages;
  for (const llvm::json::Value &file : *index->getArray("files")) {
    std::optional<llvm::StringRef> name = file.getAsString();
    std::optional<std::string> stage = name ? stageIn(*name) : std::nullopt;
    if (!stage)
      continue;
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, *name);
    auto module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
    if (!module)
      return fail("cannot read `" + path.str().str() + "`: " + firstError);
    stages.push_back(inspect::viewStage(*stage, *module));
  }
  const llvm::json::Object &explain = *index->getObject("explain");
  std::string title = explain.getObject("report")->getString("model").value_or("model").str();
  std::string prefix = explain.getObject("report")->getString("prefix").value_or("model").str();
  std::string description = llvm::formatv("{0}", llvm::json::Value(llvm::json::Object(explain))).str();
  result.artefacts.push_back({"html", prefix + ".html", inspect::formatPage(title, description, stages)});
  result.ok = true;
  return result;
}
