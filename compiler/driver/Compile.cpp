//===- Compile.cpp - a recorded model in, artefacts out ------------------===//

#include "driver/Compile.h"

#include "codegen/EmitHeader.h"
#include "codegen/EmitObject.h"
#include "codegen/EvaluatePrepare.h"
#include "codegen/HalfWeights.h"
#include "codegen/TargetFacts.h"
#include "codegen/TargetMachine.h"
#include "codegen/TargetTable.h"
#include "codegen/emitc/EmitC.h"
#include "driver/Annotate.h"
#include "driver/CheckStage.h"
#include "driver/Dump.h"
#include "driver/FrozenWeights.h"
#include "driver/Pipeline.h"
#include "driver/RecordSelfTest.h"
#include "driver/Register.h"
#include "driver/Reproducer.h"
#include "driver/TextLimits.h"
#include "graph/Dot.h"
#include "graph/Summary.h"
#include "import/ImportGraph.h"
#include "ingot/Dialect/Threads.h"
#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Spans.h"
#include "inspect/Page.h"
#include "inspect/StageText.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"

#include <optional>

using namespace ingot;
using namespace ingot::driver;

const std::vector<std::string> &ingot::driver::artefactNames() {
  static const std::vector<std::string> names = {"summary", "dot",    "ingot", "train",   "linalg", "bufferized",
                                                 "header",  "c",  "llvm",   "llvm-ir", "asm",  "obj",    "report", "report-json",
                                                 "html"};
  return names;
}

std::vector<std::string> ingot::driver::targetNames() { return codegen::presetNames(); }
std::string ingot::driver::describeTargets() { return codegen::describePresets(); }

/// The user's place inside a location that passes have wrapped.
static graph::Location userPlace(mlir::Location loc) {
  std::optional<mlir::FileLineColLoc> file = ingot::placeOf(loc);
  return file ? graph::Location{file->getFilename().str(), file->getLine(), file->getColumn()} : graph::Location();
}

static Diagnostic::Severity severityOf(mlir::DiagnosticSeverity severity) {
  if (severity == mlir::DiagnosticSeverity::Error)
    return Diagnostic::Severity::Error;
  return severity == mlir::DiagnosticSeverity::Warning ? Diagnostic::Severity::Warning : Diagnostic::Severity::Note;
}

namespace {

/// One compilation: what is wanted, the module, and what came of it.
class Compilation {
public:
  explicit Compilation(const Options &options)
      : options(options), dumper(options.dumpConstants), context(registry(), mlir::MLIRContext::Threading::DISABLED),
        handler(&context, [this](mlir::Diagnostic &diagnostic) { record(diagnostic); }),
        target{options.target,   options.triple,          options.cpu,      options.features,
               options.floatAbi, options.relocationModel, options.optLevel, options.numerics == Numerics::Portable} {
    // Tools have parsed these flags; for a library user they have defaults.
    mlir::registerPassManagerCLOptions();
    mlir::applyDefaultTimingManagerCLOptions(timing);
    root = timing.getRootScope();
    if (wantsFindings())
      inspect::collectRemarks(context, findings.remarks);
  }

  Result compile(const graph::Model &model) {
    summary = graph::summary(model);
    recorded = &model;
    if (wants("dot"))
      drawing = graph::dot(model);
    if (hasEntries(model) && findTarget()) {
      module = importGraph(context, model);
      if (annotate(options.prefix.empty() ? codegen::cIdentifier(model.name) : options.prefix))
        run(Stage::Ingot);
    }
    return finish();
  }

  Result compileText(const std::string &text, const std::string &fileName) {
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, fileName), llvm::SMLoc());
    if (std::optional<unsigned> line = lineNestedTooDeep(text)) {
      result.diagnostics.push_back({Diagnostic::Severity::Error,
                                    "this is nested more than " + std::to_string(deepestNesting) + " deep",
                                    {fileName, *line}});
    } else if (findTarget()) {
      mlir::ParserConfig config(&context);
      module = mlir::parseSourceFile<mlir::ModuleOp>(sources, config);
      std::optional<Stage> stage = module ? stageOf(*module) : std::nullopt;
      if (stage && wantsGraphOnly()) {
        error("`" + options.emit.front() + "` shows the recorded model, which IR does not have");
      } else if (stage) {
        failed = mlir::failed(checkStage(*module, *stage));
        if (!failed && annotate(options.prefix))
          run(*stage);
      } else if (module) {
        error("attribute `ingot.stage` names no stage");
      }
    }
    return finish();
  }

private:
  static mlir::DialectRegistry registry() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  void record(mlir::Diagnostic &diagnostic) {
    // A reproducer has what its passes are; here it is a module like others.
    if (llvm::StringRef(diagnostic.str()).starts_with("ignoring unknown external resources"))
      return;
    result.diagnostics.push_back({severityOf(diagnostic.getSeverity()), diagnostic.str(), userPlace(diagnostic.getLocation())});
    // What a pass works on is for `ingot-opt`; the user's other places are not.
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      if (!llvm::StringRef(note.str()).starts_with("see current operation"))
        result.diagnostics.push_back({Diagnostic::Severity::Note, note.str(), userPlace(note.getLocation())});
  }

  void error(std::string message) { result.diagnostics.push_back({Diagnostic::Severity::Error, std::move(message), {}}); }

  bool hasErrors() const {
    return llvm::any_of(result.diagnostics, [](const Diagnostic &d) { return d.severity == Diagnostic::Severity::Error; });
  }

  Result finish() {
    result.ok = !failed && !hasErrors();
    if (!result.ok) {
      result.artefacts.clear();
      if (!hasErrors() && !result.bug)
        result.bug = Bug{"the compiler failed without saying why", {}};
      if (result.bug)
        blame();
    }
    return std::move(result);
  }

  /// What was said is about our own IR, so it is no mistake of the user's.
  void blame() {
    for (Diagnostic &diagnostic : result.diagnostics)
      if (diagnostic.severity == Diagnostic::Severity::Error)
        diagnostic.severity = Diagnostic::Severity::Note;
    error(result.bug->format());
  }

  /// The value, or nothing after a diagnostic.
  template <typename T> std::optional<T> take(llvm::Expected<T> value) {
    if (value)
      return std::move(*value);
    error(llvm::toString(value.takeError()));
    failed = true;
    return std::nullopt;
  }

  /// Whether the model can have every entry that is asked for by name.
  bool hasEntries(const graph::Model &model) {
    if (llvm::is_contained(options.entries, "selftest") && options.entries.size() > 1 &&
        !llvm::is_contained(options.entries, "predict") && !llvm::is_contained(options.entries, "train_step"))
      return refuse("`selftest` repeats calls of `predict` and `train_step`, and `--entries` has neither");
    auto trains = [](const std::string &entry) {
      return entry != "init" && entry != "prepare" && entry != "predict" && entry != "selftest";
    };
    auto entry = llvm::find_if(options.entries, trains);
    if (model.compile || entry == options.entries.end())
      return true;
    result.diagnostics.push_back({Diagnostic::Severity::Error,
                                  "`" + model.name + "` was never compiled, so there is no entry `" + *entry +
                                      "`; `compile` gives it an optimizer and a loss",
                                  model.loc});
    return !(failed = true);
  }

  bool findTarget() {
    if (llvm::Error failure = codegen::completeTarget(target))
      return refuse(llvm::toString(std::move(failure)));
    return createMachine();
  }

  bool createMachine() {
    auto created = take(codegen::createTargetMachine(target));
    if (created)
      machine = std::move(*created);
    return created.has_value();
  }

  /// See `driver::annotate`; reads what weights the object holds, too.
  bool annotate(const std::string &prefix) {
    if (wants("c") && !canBeC())
      return false;
    const codegen::TargetFacts facts = wants("c") ? codegen::factsOfC() : codegen::factsOf(*machine->getMCSubtargetInfo());
    if (llvm::Error whyNot = driver::annotate(*module, options, target, facts, prefix))
      return refuse(llvm::toString(std::move(whyNot)));
    target.portable = (*module)->getAttr(names::numerics) == mlir::StringAttr::get(&context, "portable");
    return readWeights() && createMachine();
  }

  /// C is for any target and one thread.
  bool canBeC() {
    for (const std::string &name : options.emit)
      if (llvm::is_contained({"llvm", "llvm-ir", "asm", "obj", "report", "report-json", "html"}, name))
        return refuse("`c` is for any target and `" + name + "` for one; they take two runs");
    if (wantsMachineCode())
      return refuse("`c` is for any target; remarks, dumps and limits are about machine code for one and take another run");
    if (const int64_t threads = std::max<int64_t>(options.threads, mostThreads(*module)); threads != 1)
      return refuse("`--threads` is " + std::to_string(threads) + "; `c` runs on its caller's thread alone");
    if (options.instrumentLayers || (*module)->hasAttr(names::instrument))
      return refuse("`--instrument` is `layers`; `c` calls no hooks, an object can");
    if (options.halfWeights)
      return refuse("`c` cannot hold weights of type f16; an object can, and both hold those of type f32");
    return true;
  }

  /// The module says that its object holds weights; only the object has them.
  bool readWeights() {
    if (options.weights.empty()) {
      if ((*module)->hasAttr(names::frozenWeights) && (wantsMachineCode() || wants("c")))
        return refuse("the module is of an object that holds weights; name their file with `--weights`");
      return true;
    }
    if (options.halfWeights)
      (*module)->setAttr(codegen::halfWeightsAttribute, mlir::UnitAttr::get(&context));
    auto block = take(readFrozenWeights(options.weights, codegen::collectModelInfo(*module)));
    if (!block)
      return false;
    frozenWeights = std::move(*block);
    auto test = codegen::SelfTest::fromAttribute((*module)->getAttr(codegen::selfTestAttribute));
    if (test && test->weightsHash != codegen::SelfTest::hashOf(frozenWeights) && stageOf(*module) > Stage::Train)
      return refuse("the self-test of the module was recorded with other weights than those of `" + options.weights +
                    "`; go on from its form `train`, or an earlier one");
    (*module)->setAttr(names::frozenWeights, mlir::UnitAttr::get(&context));
    return true;
  }

  bool refuse(std::string message) {
    error(std::move(message));
    return !(failed = true);
  }

  bool wants(llvm::StringRef name) const { return llvm::is_contained(options.emit, name); }
  bool wantsGraphOnly() const {
    return !options.emit.empty() &&
           llvm::all_of(options.emit, [](const std::string &name) { return name == "summary" || name == "dot"; });
  }
  bool wantsMachineCode() const {
    return wants("llvm-ir") || wants("asm") || wants("obj") || wantsFindings();
  }
  /// Code and remarks are part of it, so nothing less than the whole way will do.
  bool wantsFindings() const {
    return wants("report") || wants("report-json") || wants("html") || options.remarks || !options.dumpIrDir.empty() ||
           options.maxRam || options.maxFlash;
  }

  /// The last stage that anything asked for needs.
  Stage lastStage() const {
    if (wantsMachineCode() || wants("llvm"))
      return Stage::LLVM;
    if (wants("header") || wants("c") || wants("bufferized"))
      return Stage::Bufferized;
    return wants("linalg") ? Stage::Linalg : wants("train") ? Stage::Train : Stage::Ingot;
  }

  void add(const std::string &name, const std::string &suffix, std::string contents) {
    auto prefix = (*module)->getAttrOfType<mlir::StringAttr>(names::prefix);
    result.artefacts.push_back({name, (prefix ? prefix.str() : "model") + suffix, std::move(contents)});
  }

  void run(Stage from) {
    if (wants("summary") && !summary.empty())
      add("summary", ".summary.txt", summary);
    if (wants("dot") && !drawing.empty())
      add("dot", ".dot", drawing);
    for (Stage stage = from; !failed && stage <= lastStage(); stage = static_cast<Stage>(static_cast<int>(stage) + 1)) {
      dumper.begin(stageNames[static_cast<int>(stage)]);
      if (stage != from && !runStage(stage))
        break;
      if (stage == Stage::Train && !recordSelfTest())
        break;
      emitStage(stage);
    }
    if (!failed && wants("c"))
      emitC();
    if (!failed && wantsMachineCode())
      emitMachineCode();
    emitFindings();
    if (!options.dumpIrDir.empty())
      writeDump();
  }

  /// What was reached is of use above all where it is not the end.
  void writeDump() {
    llvm::json::Object index;
    auto explain = info && !failed && !hasErrors() ? llvm::json::parse(inspect::describeForPage(findings))
                                                   : llvm::Expected<llvm::json::Value>(llvm::json::Object());
    if (!explain)
      return error(llvm::toString(explain.takeError()));
    index["explain"] = std::move(*explain);
    if (llvm::Error failure = dumper.write(options.dumpIrDir, std::move(index)))
      return error(llvm::toString(std::move(failure)));
    if (failed || hasErrors())
      result.diagnostics.push_back({Diagnostic::Severity::Note,
                                    "`" + options.dumpIrDir + "` has what was reached before: " + dumper.reached(), {}});
  }

  bool runStage(Stage stage) {
    const std::vector<std::string> wanted = entriesToBuild(options.entries, *module);
    return runPassesTo(stageNames[static_cast<int>(stage)],
                       [&](mlir::PassManager &passes) { buildStage(passes, stage, wanted); });
  }

  bool runPassesTo(const std::string &name, llvm::function_ref<void(mlir::PassManager &)> build) {
    mlir::PassManager passes(&context);
    mlir::TimingScope scope = root.nest("to " + name);
    passes.enableTiming(scope);
    if (mlir::failed(mlir::applyPassManagerCLOptions(passes)))
      return !(failed = true);
    if (!options.dumpIrDir.empty())
      passes.addInstrumentation(dumper.watch());
    build(passes);
    if (options.changePasses)
      options.changePasses(passes);
    PassRun course = runPasses(passes, *module, options.recover);
    result.bug = std::move(course.bug);
    failed = !course.ok;
    return course.ok;
  }

  /// What the object's self-test is to find joins the module, if it is to have one.
  bool recordSelfTest() {
    if (!(*module)->hasAttr(codegen::selfTestAttribute))
      return true;
    std::optional<codegen::SelfTest> test = take(driver::recordSelfTest(*module, options, frozenWeights));
    if (test)
      (*module)->setAttr(codegen::selfTestAttribute, test->toAttribute(&context));
    return test.has_value();
  }

  void emitStage(Stage stage) {
    std::string name = stageNames[static_cast<int>(stage)];
    if (stage == Stage::Ingot) {
      findings.layers = inspect::collectLayers(*module);
      if (recorded)
        inspect::nameClasses(findings.layers, *recorded);
    }
    if (stage == Stage::Train)
      findings.macs = inspect::countMacs(*module);
    if (stage == Stage::Bufferized) {
      info = codegen::collectModelInfo(*module);
      info->frozenWeights = frozenWeights;
      (*module)->setAttr(names::abiHash, mlir::StringAttr::get(&context, codegen::abiHash(*info)));
      if (!checkSizes())
        return;
      if (wants("header"))
        add("header", ".h", codegen::emitHeader(*info));
    }
    if (wants(name))
      add(name, "." + name + ".mlir", inspect::printModule(*module));
    if (!options.dumpIrDir.empty())
      dumper.addStage(*module);
    if (wants("html"))
      views.push_back(inspect::viewStage(name, *module));
  }

  /// What C is made from is no stage: nothing continues from it.
  void emitC() {
    if (!info)
      return error("C is emitted from the stage `bufferized` or before it");
    if (info->hasFrozenPrepared() && !evaluatePrepared())
      return;
    if (!runPassesTo("c", [](mlir::PassManager &passes) { buildC(passes); }))
      return;
    mlir::FailureOr<std::string> text = codegen::emitC(*module, *info, summary);
    if (mlir::failed(text))
      failed = true;
    else
      add("c", ".c", std::move(*text));
  }

  /// What `prepare` makes of the weights, by its code for the machine that compiles.
  bool evaluatePrepared() {
    mlir::OwningOpRef<mlir::ModuleOp> bodies((*module).clone());
    std::swap(module, bodies);
    std::optional<std::string> prepared;
    if (runStage(Stage::LLVM))
      prepared = take(codegen::evaluatePrepare(*module, *info));
    std::swap(module, bodies);
    if (prepared)
      info->frozenPrepared = std::move(*prepared);
    return prepared.has_value();
  }

  /// Refuses blocks that addresses of 32 bits do not reach; half of them, since offsets
  /// have a sign.
  bool checkSizes() {
    if (machine->getTargetTriple().isArch64Bit())
      return true;
    auto reaches = [&](const std::string &what, uint64_t bytes) {
      return bytes <= std::numeric_limits<int32_t>::max() ||
             refuse(what + " takes " + std::to_string(bytes) + " bytes; on target `" + target.triple +
                    "`, a block has at most 2147483647");
    };
    for (const codegen::EntryInfo &entry : info->entries)
      if (!reaches("the arena of `" + entry.kind + "`", entry.arenaBytes))
        return false;
    return reaches("`params`", info->paramsBytes) && reaches("`state`", info->stateBytes);
  }

  void emitMachineCode() {
    if (!info)
      return error("machine code is emitted from the stage `bufferized` or before it");
    llvm::LLVMContext llvmContext;
    mlir::TimingScope scope = root.nest("optimise and emit");
    auto code = take(codegen::translateModule(*module, llvmContext, *info, summary, *machine, target));
    if (!code)
      return;
    std::string text;
    // Frozen weights make this long.
    if (wants("llvm-ir") || !options.dumpIrDir.empty())
      llvm::raw_string_ostream(text) << **code;
    if (!options.dumpIrDir.empty()) {
      dumper.begin("llvm-ir");
      dumper.addStage(".ll", text);
    }
    if (wants("llvm-ir"))
      add("llvm-ir", ".ll", text);
    if (wants("asm"))
      if (auto assembly = take(codegen::emitAssembly(**code, *machine)))
        add("asm", ".s", std::move(*assembly));
    if (!wants("obj") && !wantsFindings())
      return;
    codegen::StackFrames frames;
    auto object = take(codegen::emitObject(**code, *machine, frames));
    if (!object)
      return;
    if (wantsFindings())
      findings.code = take(inspect::measureCode(**code, *object, frames, info->prefix));
    if (findings.code)
      checkBudget();
    if (wants("obj"))
      add("obj", ".o", std::move(*object));
  }

  /// Refuses a model that needs more than the user allows.
  void checkBudget() {
    findings.budget = {options.maxRam, options.maxFlash};
    const graph::Location place = recorded ? recorded->loc : userPlace(module->getLoc());
    for (const inspect::Need &need : {inspect::ramNeeded(*info, *findings.code, findings.budget),
                                      inspect::flashNeeded(*info, *findings.code, findings.budget)})
      if (!need.fits()) {
        result.diagnostics.push_back({Diagnostic::Severity::Error, inspect::overrun(need, info->modelName), place});
        result.diagnostics.push_back({Diagnostic::Severity::Note, inspect::composition(need), place});
      }
  }

  /// What is told at the end, about all stages.
  void emitFindings() {
    findings.remarks = inspect::inOrderOfPlaces(std::move(findings.remarks));
    if (options.remarks)
      for (const inspect::Remark &remark : findings.remarks) {
        inspect::Place place = remark.place.value_or(inspect::Place());
        result.diagnostics.push_back(
            {Diagnostic::Severity::Remark, remark.format(), {place.file, place.line, place.column}});
      }
    if (!info)
      return;
    findings.info = *info;
    findings.triple = target.triple;
    findings.cpu = target.cpu;
    if (wants("report"))
      add("report", ".report.txt", inspect::formatReport(findings));
    if (wants("report-json"))
      add("report-json", ".report.json", inspect::formatReportJson(findings));
    if (wants("html"))
      add("html", ".html", inspect::formatPage(info->modelName, inspect::describeForPage(findings), views));
  }

  const Options &options;
  Dumper dumper;
  inspect::Findings findings; ///< outlives the context, which adds remarks
  Result result;
  bool failed = false;
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
  mlir::DefaultTimingManager timing;
  mlir::TimingScope root;
  codegen::TargetOptions target;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::string summary, drawing; ///< empty for a model that came as IR
  std::string frozenWeights;    ///< laid out like params; empty without
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<codegen::ModelInfo> info;
  std::vector<inspect::StageView> views;  ///< for the page
  const graph::Model *recorded = nullptr; ///< if it was not IR
};

} // namespace

/// One compilation. What may crash is on the heap: after a crash nothing may touch
/// it, so it is leaked. `source` gives IR to begin again with.
static Result compileGuarded(const Options &options, llvm::function_ref<Result(Compilation &)> compile,
                             llvm::function_ref<std::string()> source) {
  Result result;
  std::optional<Crash> crash = findCrash(options.recover, [&] {
    auto compilation = std::make_unique<Compilation>(options);
    result = compile(*compilation);
  });
  if (crash) {
    result = Result();
    if (crash->isBug)
      result.bug = Bug{crash->what, {}};
    result.diagnostics.push_back(
        {Diagnostic::Severity::Error, result.bug ? result.bug->format() : crash->what, {}});
  }
  // The text may be what crashes.
  if (result.bug && result.bug->reproducer.empty())
    (void)findCrash(options.recover, [&] { result.bug->reproducer = source(); });
  if (result.bug)
    result.bug->reproducer = makeReproducer(result.bug->reproducer, result.bug->what, options);
  return result;
}

Result ingot::driver::compile(const graph::Model &model, const Options &options) {
  auto source = [&] {
    Options textOnly = options;
    textOnly.emit = {"ingot"};
    textOnly.dumpIrDir.clear();
    Result result = Compilation(textOnly).compile(model);
    return result.ok ? result.artefacts[0].contents : "";
  };
  return compileGuarded(options, [&](Compilation &c) { return c.compile(model); }, source);
}

Result ingot::driver::compileIR(const std::string &text, const std::string &fileName, const Options &options) {
  return compileGuarded(
      options, [&](Compilation &c) { return c.compileText(text, fileName); }, [&] { return text; });
}
