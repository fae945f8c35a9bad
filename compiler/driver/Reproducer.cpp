//===- Reproducer.cpp - bugs of the compiler, and what reruns them --------===//

#include "driver/Reproducer.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassInstrumentation.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <csignal>
#include <exception>

using namespace ingot::driver;

namespace {

/// Keeps MLIR's reproducer; whether it becomes a file is decided later.
class MemoryStream : public mlir::ReproducerStream {
public:
  explicit MemoryStream(std::string &text) : stream(text) {}
  llvm::StringRef description() override { return "memory"; }
  llvm::raw_ostream &os() override { return stream; }

private:
  llvm::raw_string_ostream stream;
};

/// Which pass was running, and which was the first to fail.
struct Course {
  std::vector<std::string> running;
  std::string failed;
  /// What the verifier says of the IR behind the pass that failed.
  std::string verifierError;
};

std::string nameOf(mlir::Pass *pass) {
  return (pass->getArgument().empty() ? pass->getName() : pass->getArgument()).str();
}

std::string firstVerifierError(mlir::Operation *op) {
  std::string first;
  mlir::ScopedDiagnosticHandler handler(op->getContext(), [&](mlir::Diagnostic &diagnostic) {
    if (first.empty() && diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
      first = diagnostic.str();
  });
  return mlir::failed(mlir::verify(op)) ? first : "";
}

/// Where the verifier runs inside the pass manager, its word is the first error of a
/// pass that it has failed; verifying once more tells.
class Observer : public mlir::PassInstrumentation {
public:
  explicit Observer(Course &course) : course(course) {}
  void runBeforePass(mlir::Pass *pass, mlir::Operation *) override { course.running.push_back(nameOf(pass)); }
  void runAfterPass(mlir::Pass *, mlir::Operation *) override { course.running.pop_back(); }
  void runAfterPassFailed(mlir::Pass *pass, mlir::Operation *op) override {
    course.running.pop_back();
    // Passes around this one fail with it.
    if (!course.failed.empty())
      return;
    course.failed = nameOf(pass);
    course.verifierError = firstVerifierError(op);
  }

private:
  Course &course;
};

} // namespace

/// LLVM's handlers, but on a stack of their own: the end of a stack is a crash like
/// others.
void ingot::driver::handleSignals() {
  llvm::CrashRecoveryContext::Enable();
  static std::array<char, 1 << 16> memory;
  const stack_t stack{memory.data(), 0, memory.size()};
  if (::sigaltstack(&stack, nullptr) != 0)
    return;
  for (int number : {SIGSEGV, SIGBUS}) {
    struct sigaction action;
    if (::sigaction(number, nullptr, &action) == 0) {
      action.sa_flags |= SA_ONSTACK;
      ::sigaction(number, &action, nullptr);
    }
  }
}

#ifdef NDEBUG
static constexpr bool alwaysVerifiesEach = false;
#else
static constexpr bool alwaysVerifiesEach = true;
#endif

PassRun ingot::driver::runPasses(mlir::PassManager &passes, mlir::ModuleOp module, bool recover) {
  Course course;
  passes.addInstrumentation(std::make_unique<Observer>(course));
  std::string text, firstError;
  if (recover)
    passes.enableCrashReproducerGeneration(
        [&](std::string &) {
          // Of a crash it is made twice.
          text.clear();
          return std::make_unique<MemoryStream>(text);
        });
  mlir::ScopedDiagnosticHandler handler(module.getContext(), [&](mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
      return mlir::failure();
    std::string message = diagnostic.str();
    // MLIR's own word for any failure; the caller has a better one.
    if (llvm::StringRef(message).starts_with("Failures have been detected"))
      return mlir::success();
    if (firstError.empty())
      firstError = message;
    return mlir::failure();
  });
  auto run = [&](mlir::ModuleOp on, bool verifiesEach) {
    passes.enableVerifier(verifiesEach);
    const bool ran = mlir::succeeded(passes.run(on));
    // A pass manager that makes reproducers takes the handlers away at its end.
    if (recover)
      handleSignals();
    return ran;
  };
  // A verifier behind each pass takes a quarter of the time. So it looks at what comes of
  // all, and behind each only if that is wrong, to find the pass that was first.
  const mlir::OwningOpRef<mlir::ModuleOp> before(module.clone());
  if (run(module, alwaysVerifiesEach)) {
    const std::string invalid = firstVerifierError(module);
    if (invalid.empty())
      return {};
    if (run(*before, /*verifiesEach=*/true)) {
      course.failed = "?";
      course.verifierError = firstError = invalid;
    }
  }
  auto bug = [&](std::string what) { return PassRun{false, Bug{std::move(what), std::move(text)}}; };
  if (course.failed.empty())
    return bug("pass `" + (course.running.empty() ? "?" : course.running.back()) + "` crashed");
  if (firstError.empty())
    return bug("pass `" + course.failed + "` failed without saying why");
  if (course.verifierError == firstError)
    return bug("pass `" + course.failed + "` has made invalid IR: " + firstError);
  return {false};
}

std::optional<Crash> ingot::driver::findCrash(bool recover, llvm::function_ref<void()> work) {
  std::optional<Crash> wrong;
  auto guarded = [&] {
    try {
      work();
    } catch (const std::bad_alloc &) {
      wrong = Crash{"there is not enough memory", /*isBug=*/false};
    } catch (const std::exception &exception) {
      wrong = Crash{std::string("an exception was not expected: ") + exception.what()};
    }
  };
  if (!recover) {
    work();
    return std::nullopt;
  }
  llvm::CrashRecoveryContext recovery;
  if (!recovery.RunSafely(guarded))
    return Crash{"the compiler crashed"};
  return wrong;
}

//===----------------------------------------------------------------------===//
// The text
//===----------------------------------------------------------------------===//

/// The flags that made `options`.
static std::string flagsOf(const Options &options) {
  const Options defaults;
  std::string flags = " --emit=" + llvm::join(options.emit, ",");
  auto add = [&](const char *flag, const std::string &value, const std::string &usual) {
    if (value != usual)
      flags += std::string(" --") + flag + "=" + value;
  };
  add("entries", llvm::join(options.entries, ","), "");
  add("target", options.target, defaults.target);
  add("mtriple", options.triple, defaults.triple);
  add("mcpu", options.cpu, defaults.cpu);
  add("mattr", options.features, defaults.features);
  add("float-abi", options.floatAbi, defaults.floatAbi);
  add("relocation-model", options.relocationModel, defaults.relocationModel);
  add("max-batch", std::to_string(options.maxBatch), std::to_string(defaults.maxBatch));
  for (const auto &[entry, batch] : options.maxBatchOf)
    add("max-batch", entry + ":" + std::to_string(batch), "");
  add("threads", std::to_string(options.threads), std::to_string(defaults.threads));
  add("weights", options.weights, "");
  if (options.optLevel != defaults.optLevel)
    flags += std::string(" -O") + options.optLevel;
  if (options.debugInfo != defaults.debugInfo)
    flags += options.debugInfo == DebugInfo::Full ? " -g" : " -g0";
  if (options.instrumentLayers)
    flags += " --instrument=layers";
  if (options.numerics == Numerics::Portable)
    flags += " --numerics=portable";
  if (options.optimizeFor)
    flags += options.optimizeFor == OptimizeFor::Size ? " --optimize-for=size" : " --optimize-for=speed";
  if (options.saveRam)
    flags += " --optimize-for=ram";
  return flags;
}

std::string ingot::driver::makeReproducer(const std::string &text, const std::string &what, const Options &options) {
  std::string comment = "// A bug in Ingot: " + what + ". To run it again:\n//   ingotc THIS_FILE" + flagsOf(options) + "\n";
  if (llvm::StringRef(text).contains("mlir_reproducer"))
    comment += "//   ingot-opt THIS_FILE --run-reproducer\n";
  return comment + text;
}
