//===- Flags.cpp - flags shared by ingotc and recorders -------------------===//

#include "cli/Flags.h"

#include "cli/OptionTable.h"
#include "cli/Usage.h"

#include <fmt/format.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/IR/AsmState.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/Pass/PassManager.h>
#include <mlir/Support/Timing.h>

#include <algorithm>
#include <cstdlib>

namespace cl = llvm::cl;

namespace ingot::cli {

cl::OptionCategory &flagCategory() {
  static cl::OptionCategory category{"Ingot options"};
  return category;
}

namespace {

/// What may be printed instead of a compilation, about the flags themselves.
enum class About { Nothing, Bash, Fish, Man };

/// LLVM's optimizer at link time has a flag of that name, which is of no use here.
struct RoomForThreads {
  RoomForThreads() {
    auto known = cl::getRegisteredOptions().find("threads");
    if (known != cl::getRegisteredOptions().end())
      known->second->removeArgument();
  }
};

/// The flags; an object so that they are registered when parsing starts.
struct Registered {
  cl::OptionCategory &category = flagCategory();
  RoomForThreads room;

  cl::list<std::string> emit{
      "emit", cl::CommaSeparated, cl::cat(category),
      cl::value_desc("names"),
      cl::desc("what to make, a comma list, or all (default: obj,header)")};
  cl::opt<std::string> output{
      "o", cl::cat(category), cl::value_desc("path"),
      cl::desc("directory for the artefacts, or a file if one is asked for; "
               "text goes to stdout without it")};
  cl::opt<std::string> prefix{
      "prefix", cl::cat(category), cl::value_desc("name"),
      cl::desc("prefix of symbols and files (default: the model's name)")};
  cl::list<std::string> maxBatch{
      "max-batch", cl::CommaSeparated, cl::cat(category),
      cl::value_desc("N | entry:N,..."),
      cl::desc("largest batch, for all entries or by entry (default: 256)")};
  cl::list<std::string> entries{
      "entries", cl::CommaSeparated, cl::cat(category),
      cl::value_desc("names"),
      cl::desc("entry points to compile, a comma list (default: all)")};
  cl::opt<std::string> target{
      "target", cl::cat(category), cl::value_desc("name | triple"),
      cl::desc("machine that code is for (default: x86-64-v3)")};
  cl::opt<bool> printTargets{"print-targets", cl::cat(category),
                             cl::desc("print the machines that --target knows by name")};
  cl::opt<std::string> triple{"mtriple", cl::cat(category),
                              cl::value_desc("triple"),
                              cl::desc("target triple, instead of the target's")};
  cl::opt<std::string> cpu{"mcpu", cl::cat(category), cl::value_desc("name"),
                           cl::desc("target processor")};
  cl::opt<std::string> features{"mattr", cl::cat(category),
                                cl::value_desc("+a,-b"),
                                cl::desc("target features")};
  cl::opt<std::string> floatAbi{
      "float-abi", cl::cat(category), cl::value_desc("soft | softfp | hard"),
      cl::desc("floating point numbers: without their registers, in them but "
               "not to pass them, or in them (default: the target's)")};
  cl::opt<std::string> relocationModel{
      "relocation-model", cl::cat(category), cl::value_desc("static | pic"),
      cl::desc("relocation model (default: static without an operating "
               "system, else pic)")};
  cl::opt<std::string> optLevel{"O", cl::Prefix, cl::cat(category),
                                cl::value_desc("0 | 1 | 2 | 3 | s | z"),
                                cl::desc("optimization level (default: -O2)")};
  cl::opt<driver::Numerics> numerics{
      "numerics", cl::cat(category), cl::init(driver::Numerics::Native),
      cl::desc("rounding"),
      cl::values(clEnumValN(driver::Numerics::Native, "native",
                            "fused multiply-add and the target's vectors"),
                 clEnumValN(driver::Numerics::Portable, "portable",
                            "the same bits on every target"))};
  cl::list<std::string> optimizeFor{
      "optimize-for", cl::CommaSeparated, cl::cat(category),
      cl::value_desc("speed | size | ram,..."),
      cl::desc("what generated code aims at; ram alone or with one of the "
               "others (default: size for microcontrollers, else speed)")};
  cl::opt<std::string> debug{
      "g", cl::Prefix, cl::ValueOptional, cl::cat(category),
      cl::value_desc("0 | 1 | 2"),
      cl::desc("debug information: none, lines and layers, or all functions and "
               "frames (default: -g1; -g is -g2)")};
  cl::opt<std::string> instrument{
      "instrument", cl::cat(category), cl::value_desc("layers"),
      cl::desc("call the hooks of ingot_host before and after each layer")};
  cl::list<std::string> kernels{
      "kernel", cl::CommaSeparated, cl::cat(category),
      cl::value_desc("name:choice:...,..."),
      cl::desc("tiles, blocks and packing of a matrix kernel, instead of the "
               "cost model's: nn_d256x64x784:tile=4x2:pack=no")};
  cl::opt<std::string> threads{
      "threads", cl::cat(category), cl::value_desc("N"),
      cl::desc("most threads that a call may have (default: 1)")};
  cl::opt<std::string> weights{
      "weights", cl::cat(category), cl::value_desc("file.safetensors"),
      cl::desc("weights that the object is to hold, as read-only data")};
  cl::opt<std::string> weightsType{
      "weights-type", cl::cat(category), cl::value_desc("f32 | f16"),
      cl::desc("of what type they are in the object (default: f32)")};
  cl::opt<std::string> maxRam{
      "max-ram", cl::cat(category), cl::value_desc("bytes"),
      cl::desc("RAM that a program may need for the model, as 256K: more is an error")};
  cl::opt<std::string> maxFlash{
      "max-flash", cl::cat(category), cl::value_desc("bytes"),
      cl::desc("flash for code and constants of the model, as 1M: more is an error")};
  cl::opt<About> completion{
      "completion", cl::Hidden, cl::cat(category), cl::init(About::Nothing),
      cl::desc("print a script that completes this command line"),
      cl::values(clEnumValN(About::Bash, "bash", "for bash"),
                 clEnumValN(About::Fish, "fish", "for fish"))};
  cl::opt<bool> man{"man", cl::Hidden, cl::cat(category),
                    cl::desc("print this tool's page for man")};
  cl::opt<std::string> dumpIr{
      "dump-ir", cl::cat(category), cl::value_desc("directory"),
      cl::desc("write the IR of every stage there, one numbered file each")};
  cl::opt<bool> remarks{
      "remarks", cl::cat(category),
      cl::desc("tell what was optimized, and what was not and why")};
  cl::opt<bool> dumpConstants{
      "dump-ir-constants", cl::cat(category),
      cl::desc("with --dump-ir: large constants too; they are elided else")};
};

const std::vector<std::string> &entryNames() {
  static const std::vector<std::string> names = {
      "init",
      "prepare",
      "predict",
      "evaluate",
      "train_step",
      "gradients",
      "apply_gradients",
      "get_learning_rate",
      "set_learning_rate",
      "metrics_reset",
      "metrics_merge",
      "selftest",
  };
  return names;
}

std::vector<std::string> artefactChoices() {
  std::vector<std::string> names = driver::artefactNames();
  names.push_back("all");
  return names;
}

} // namespace

/// `N` or `entry:N`.
static bool parseMaxBatch(const std::string &text, driver::Options &options) {
  auto [left, right] = llvm::StringRef(text).split(':');
  const bool byEntry = llvm::StringRef(text).contains(':');
  int batch = 0;
  if ((byEntry ? right : left).getAsInteger(10, batch) || batch < 1)
    return mistake(fmt::format("`--max-batch` is `{}`; must be a number from 1 to "
                               "2147483647, or `entry:number`", text));
  if (!byEntry) {
    options.maxBatch = batch;
    return true;
  }
  if (!checkName(left.str(), entryNames(), "entry"))
    return false;
  options.maxBatchOf[left.str()] = batch;
  return true;
}

/// `name:choice:choice`, the choices as they are.
static bool parseKernel(const std::string &text, driver::Options &options) {
  auto [name, choices] = llvm::StringRef(text).split(':');
  if (name.empty() || choices.empty())
    return mistake(fmt::format("`--kernel` is `{}`; must be a kernel and what it does, `name:choice:...`", text));
  std::string &known = options.kernels[name.str()];
  known += (known.empty() ? "" : ":") + choices.str();
  return true;
}

/// Scratch is for each: more are a typing error.
constexpr int mostThreads = 1024;

static bool parseThreads(const std::string &text, driver::Options &options) {
  int threads = 0;
  if (llvm::StringRef(text).getAsInteger(10, threads) || threads < 1 || threads > mostThreads)
    return mistake(fmt::format("`--threads` is `{}`; must be a number from 1 to {}", text, mostThreads));
  options.threads = threads;
  return true;
}

/// `64000`, `256K`, `1MiB`; powers of 1024, as linkers have them.
static bool parseBytes(const char *flag, const cl::opt<std::string> &given, std::optional<uint64_t> &bytes) {
  if (!given.getNumOccurrences())
    return true;
  llvm::StringRef text(given);
  unsigned shift = 0;
  for (auto [suffix, bits] : {std::pair("KiB", 10), {"MiB", 20}, {"K", 10}, {"M", 20}})
    if (text.consume_back_insensitive(suffix)) {
      shift = bits;
      break;
    }
  uint64_t number = 0;
  if (text.getAsInteger(10, number) || number > (UINT64_MAX >> shift))
    return mistake(fmt::format("`--{}` is `{}`; must be a number of bytes, as `65536`, or of 1024 or 1048576 bytes, "
                               "as `64K` or `1M`", flag, given.getValue()));
  bytes = number << shift;
  return true;
}

/// `-g`, `-g0` to `-g2`.
static bool parseDebug(const cl::opt<std::string> &given, driver::Options &options) {
  if (!given.getNumOccurrences())
    return true;
  const std::string level = given.empty() ? "2" : given.getValue();
  if (level != "0" && level != "1" && level != "2")
    return mistake(fmt::format("there is no `-g{}`; must be one of -g -g0 -g1 -g2", level));
  options.debugInfo = level == "0"   ? driver::DebugInfo::None
                      : level == "1" ? driver::DebugInfo::Lines
                                     : driver::DebugInfo::Full;
  return true;
}

/// Code is for speed or for size; memory may be saved either way.
static bool parseGoals(const std::vector<std::string> &goals, driver::Options &options) {
  bool forSpeed = false, forSize = false;
  for (const std::string &goal : goals) {
    if (!checkChoice("optimize-for", goal, {"speed", "size", "ram"}))
      return false;
    forSpeed |= goal == "speed";
    forSize |= goal == "size";
    options.saveRam |= goal == "ram";
  }
  if (forSpeed && forSize)
    return mistake("`--optimize-for` is both `speed` and `size`; must be one of them, with or without `ram`");
  if (forSpeed || forSize)
    options.optimizeFor = forSize ? driver::OptimizeFor::Size : driver::OptimizeFor::Speed;
  return true;
}

template <typename T>
static std::vector<std::string> namesOf(cl::opt<T> &flag) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < flag.getParser().getNumOptions(); ++i)
    names.push_back(flag.getParser().getOption(i).str());
  return names;
}

/// Prints what was asked for about the flags; false if nothing was.
static bool printAbout(Registered &given, const char *program,
                       const char *overview) {
  if (given.printTargets) {
    fmt::print("{}", driver::describeTargets());
    return true;
  }
  About about = given.man ? About::Man : given.completion;
  if (about == About::Nothing)
    return false;
  const OptionTable table = readOptionTable(
      llvm::sys::path::filename(program).str(), overview,
      {{"emit", artefactChoices()},
       {"entries", entryNames()},
       {"numerics", namesOf(given.numerics)},
       {"target", driver::targetNames()}});
  fmt::print("{}", about == About::Man    ? manPage(table)
                   : about == About::Bash ? bashCompletion(table)
                                          : fishCompletion(table));
  return true;
}

static void printVersion(llvm::raw_ostream &os) {
  os << "Ingot " INGOT_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
}

/// Copies what was given; the rest keeps the driver's defaults.
static bool fill(Registered &given, Flags &flags) {
  driver::Options &options = flags.options;
  flags.output = given.output;
  if (!given.emit.empty())
    options.emit.assign(given.emit.begin(), given.emit.end());
  for (const std::string &name : options.emit)
    if (!checkName(name, artefactChoices(), "artefact"))
      return false;
  if (std::find(options.emit.begin(), options.emit.end(), "all") !=
      options.emit.end()) {
    options.emit = driver::artefactNames();
    // Which is not for one target as the others are.
    std::erase(options.emit, "c");
  }
  for (const std::string &batch : given.maxBatch)
    if (!parseMaxBatch(batch, options))
      return false;
  for (const std::string &kernel : given.kernels)
    if (!parseKernel(kernel, options))
      return false;
  if (given.threads.getNumOccurrences() && !parseThreads(given.threads, options))
    return false;
  if (!parseBytes("max-ram", given.maxRam, options.maxRam) || !parseBytes("max-flash", given.maxFlash, options.maxFlash))
    return false;
  options.entries.assign(given.entries.begin(), given.entries.end());
  for (const std::string &entry : options.entries)
    if (!checkName(entry, entryNames(), "entry"))
      return false;

  auto replace = [](const cl::opt<std::string> &flag, std::string &value) {
    if (flag.getNumOccurrences())
      value = flag;
  };
  replace(given.prefix, options.prefix);
  replace(given.target, options.target);
  replace(given.triple, options.triple);
  replace(given.cpu, options.cpu);
  replace(given.features, options.features);
  replace(given.floatAbi, options.floatAbi);
  replace(given.relocationModel, options.relocationModel);
  replace(given.dumpIr, options.dumpIrDir);
  options.dumpConstants = given.dumpConstants;
  replace(given.weights, options.weights);
  options.remarks = given.remarks;
  options.numerics = given.numerics;
  if (!checkChoice("float-abi", options.floatAbi, {"soft", "softfp", "hard"}) ||
      !checkChoice("relocation-model", options.relocationModel, {"static", "pic"}) ||
      !checkChoice("weights-type", given.weightsType, {"f32", "f16"}) ||
      !checkChoice("instrument", given.instrument, {"layers"}) || !parseGoals(given.optimizeFor, options) ||
      !parseDebug(given.debug, options))
    return false;
  options.instrumentLayers = given.instrument == "layers";
  options.halfWeights = given.weightsType == "f16";
  if (options.halfWeights && options.weights.empty())
    return mistake("`--weights-type` is `f16` without weights; `--weights` names their file");
  if (!given.optLevel.getNumOccurrences())
    return true;
  const std::string &level = given.optLevel;
  if (level.size() != 1 || !llvm::StringRef("0123sz").contains(level))
    return mistake(fmt::format("there is no `-O{}`; must be one of -O0 -O1 "
                               "-O2 -O3 -Os -Oz",
                               level));
  options.optLevel = level.front();
  return true;
}

std::optional<Flags> parseFlags(int argc, char **argv, const char *overview) {
  static Registered registered;
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  cl::HideUnrelatedOptions(flagCategory());
  cl::SetVersionPrinter(printVersion);
  Flags flags;
  flags.options.recover = true;
  if (!parseCommandLine(argc, argv, overview))
    return std::nullopt;
  if (printAbout(registered, argv[0], overview))
    std::exit(0);
  if (!fill(registered, flags))
    return std::nullopt;
  return flags;
}

} // namespace ingot::cli
