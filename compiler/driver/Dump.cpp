//===- Dump.cpp - every stage and step as a file --------------------------===//
//
// All is written into a directory beside the one that is wanted, which then takes
// its name; so a dump is whole or not there. Over an older dump, files are renamed.
//
//===----------------------------------------------------------------------===//

#include "driver/Dump.h"

#include "inspect/StageText.h"

#include "mlir/Pass/Pass.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FormatVariadic.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ingot;
using namespace ingot::driver;

namespace fs = std::filesystem;

static constexpr const char *indexName = "index.json";

//===----------------------------------------------------------------------===//
// What is kept
//===----------------------------------------------------------------------===//

std::string Dumper::print(mlir::ModuleOp module) const {
  constexpr int64_t readable = 64;
  inspect::TextOptions options{.locations = true, .largestConstant = {}};
  if (!withConstants)
    options.largestConstant = readable;
  return inspect::printModule(module, options);
}

static std::string numbered(unsigned number, llvm::StringRef name) {
  return llvm::formatv("{0,0+2}-{1}", number, name).str();
}

void Dumper::begin(const std::string &next) {
  stage = numbered(++stages, next);
  steps = 0;
  lastStep.clear();
}

void Dumper::addStep(llvm::StringRef pass, mlir::ModuleOp module) {
  std::string text = print(module);
  if (!files.empty() && files.back().text == text)
    return;
  lastStep = pass.str();
  pass.consume_front("ingot-");
  files.push_back({stage + "/" + numbered(++steps, pass) + ".mlir", std::move(text)});
}

/// The text without the line that names the stage.
static std::pair<llvm::StringRef, llvm::StringRef> aroundHeader(llvm::StringRef text) {
  auto [before, rest] = text.split("\nmodule ");
  return {before, rest.split('\n').second};
}

void Dumper::addStage(mlir::ModuleOp module) {
  std::string text = print(module);
  // The last step is the stage but for its name.
  if (steps && aroundHeader(files.back().text) == aroundHeader(text))
    files.pop_back();
  addStage(".mlir", std::move(text));
}

void Dumper::addStage(const std::string &suffix, std::string text) {
  files.push_back({stage + suffix, std::move(text)});
  lastStage = llvm::StringRef(stage).split('-').second.str();
  lastStep.clear();
}

std::string Dumper::reached() const {
  std::string text = lastStage.empty() ? "" : "`" + lastStage + "`";
  if (!lastStep.empty())
    text += (text.empty() ? "`" : ", then to `") + lastStep + "`";
  return text;
}

namespace {
struct StepWatcher : mlir::PassInstrumentation {
  explicit StepWatcher(Dumper &dumper) : dumper(dumper) {}
  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override {
    auto module = mlir::dyn_cast<mlir::ModuleOp>(op);
    llvm::StringRef name = pass->getArgument();
    if (module && name.starts_with("ingot-") && name != "ingot-mark-stage")
      dumper.addStep(name, module);
  }
  Dumper &dumper;
};
} // namespace

std::unique_ptr<mlir::PassInstrumentation> Dumper::watch() { return std::make_unique<StepWatcher>(*this); }

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static llvm::Error failure(const fs::path &path, std::error_code code) {
  return llvm::createStringError(code, "cannot write `%s`: %s", path.c_str(), code.message().c_str());
}

static std::error_code writeFile(const fs::path &path, const std::string &text) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code)
    return code;
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  return stream ? std::error_code() : std::error_code(errno, std::generic_category());
}

/// Files of the dump that is in `directory`, if there is one.
static std::vector<fs::path> filesOf(const fs::path &directory) {
  std::ifstream stream(directory / indexName, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<fs::path> files;
  llvm::Expected<llvm::json::Value> index = llvm::json::parse(text);
  if (!index) {
    llvm::consumeError(index.takeError());
    return files;
  }
  const llvm::json::Object *object = index->getAsObject();
  const llvm::json::Array *names = object ? object->getArray("files") : nullptr;
  for (const llvm::json::Value &name : names ? *names : llvm::json::Array())
    if (std::optional<llvm::StringRef> text = name.getAsString(); text && !text->starts_with("/") && !text->contains(".."))
      files.push_back(text->str());
  return files;
}

/// Moves all of `from` into `to`, which is there.
static llvm::Error moveInto(const fs::path &to, const fs::path &from, const std::vector<fs::path> &names) {
  std::error_code code;
  for (const fs::path &old : filesOf(to)) {
    fs::remove(to / old, code);
    if (old.has_parent_path())
      fs::remove(to / old.parent_path(), code); // if it is empty now
  }
  for (const fs::path &name : names) {
    fs::create_directories((to / name).parent_path(), code);
    fs::rename(from / name, to / name, code);
    if (code)
      return failure(to / name, code);
  }
  return llvm::Error::success();
}

llvm::Error Dumper::write(const std::string &directory, llvm::json::Object index) const {
  fs::path wanted = fs::path(directory).lexically_normal();
  if (!wanted.has_filename())
    wanted = wanted.parent_path();
  const fs::path beside = wanted.string() + llvm::formatv(".{0}.tmp", ::getpid()).str();
  llvm::scope_exit clean([&] {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
  });

  std::vector<fs::path> names;
  llvm::json::Array listed;
  for (const File &file : files) {
    if (std::error_code code = writeFile(beside / file.name, file.text))
      return failure(wanted, code);
    names.push_back(file.name);
    listed.push_back(file.name);
  }
  index["files"] = std::move(listed);
  std::string text = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(index))).str();
  if (std::error_code code = writeFile(beside / indexName, text))
    return failure(wanted, code);
  names.push_back(indexName);

  std::error_code code;
  if (fs::exists(wanted, code))
    return moveInto(wanted, beside, names);
  fs::rename(beside, wanted, code);
  return code ? failure(wanted, code) : llvm::Error::success();
}
