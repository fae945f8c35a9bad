//===- Compile.h - a recorded model in, artefacts out ----------*- C++ -*-===//
//
// The one entry to the compiler. No MLIR here: the DSL's main(), `ingotc` and
// the tests include this header.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "graph/Graph.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class PassManager;
} // namespace mlir

namespace ingot::driver {

enum class Numerics { Native, Portable };

/// What kernels and LLVM aim at.
enum class OptimizeFor { Speed, Size };

/// What debuggers and profilers are told: nothing; lines, with layers as inlined
/// functions; or every function and every caller's frame.
enum class DebugInfo { None, Lines, Full };

/// Everything a command line can say about a compilation.
struct Options {
  /// Artefacts wanted, by name (see `artefactNames`).
  std::vector<std::string> emit = {"obj", "header"};
  /// Prefix of every symbol and file; empty: the model's name as a C
  /// identifier.
  std::string prefix;
  int maxBatch = 256;
  /// Entries that take another batch, by name: {"predict", 1}.
  std::map<std::string, int> maxBatchOf;
  /// Entry points to compile; empty: all that the model can have.
  std::vector<std::string> entries;
  /// A machine by name ("cortex-m7", see `describeTargets`), or a triple; empty: x86-64-v3.
  std::string target;
  /// What overrules the target's own.
  std::string triple;
  std::string cpu; ///< empty: x86-64-v3 on x86-64, generic elsewhere
  std::string features;
  std::string floatAbi;
  std::string relocationModel; ///< empty: static for bare metal, else pic
  /// '0' to '3', 's' or 'z'.
  char optLevel = '2';
  Numerics numerics = Numerics::Native;
  std::optional<OptimizeFor> optimizeFor; ///< empty: what the target is for
  /// Small arenas, be code slower; goes with either.
  bool saveRam = false;
  /// What kernels do otherwise than the cost model says: "tile=4x2:pack=no" by the
  /// kernel's name, `*` for all that can (compiler/codegen/kernels/KernelChoices.h).
  std::map<std::string, std::string> kernels;
  DebugInfo debugInfo = DebugInfo::Lines;
  /// Call the hooks of ingot_host around what layers do.
  bool instrumentLayers = false;
  /// Threads that a call may have.
  int threads = 1;
  /// A safetensors file whose weights the object is to hold; empty: none.
  std::string weights;
  /// It holds them in half precision.
  bool halfWeights = false;
  /// Bytes that a program may need of it; what needs more is an error.
  std::optional<uint64_t> maxRam, maxFlash;
  /// Directory that gets one numbered file a stage; empty: none.
  std::string dumpIrDir;
  /// Tell what passes did and did not do, as diagnostics of severity `Remark`.
  bool remarks = false;
  /// Large constants in these files: as they are, or elided.
  bool dumpConstants = false;
  /// A crash becomes a Bug. Handles the signals of the whole process, so it is for
  /// tools.
  bool recover = false;
  /// Changes the passes of a stage; for tests of what happens if one is broken.
  std::function<void(mlir::PassManager &)> changePasses = {};
};

/// One thing that was asked for.
struct Artefact {
  std::string name;     ///< "obj", "header", "train", ...
  std::string fileName; ///< "mnist.o", "mnist.train.mlir"
  std::string contents;
  bool isText() const { return name != "obj"; }
};

/// An error or warning for the user.
struct Diagnostic {
  enum class Severity { Note, Remark, Warning, Error };
  Severity severity = Severity::Error;
  std::string message;
  graph::Location loc;
  /// `mnist.model.cpp:9:14: error: ...`; `ingot: error: ...` without a place.
  std::string format() const;
};

/// A mistake of the compiler, not of the user.
struct Bug {
  std::string what;       ///< "pass `ingot-differentiate` crashed"
  std::string reproducer; ///< IR that shows it, as far as there is any
  /// "internal error: ...; this is a bug in Ingot"
  std::string format() const;
};

struct Result {
  bool ok = false;
  std::vector<Artefact> artefacts; ///< empty unless `ok`
  std::vector<Diagnostic> diagnostics;
  std::optional<Bug> bug; ///< not `ok`, and not by the user's fault
};

/// Names of machines that `target` takes, and a table of them for people.
std::vector<std::string> targetNames();
std::string describeTargets();

/// Names that `--emit` takes, in the order of the pipeline.
const std::vector<std::string> &artefactNames();

/// Compiles a recorded model.
Result compile(const graph::Model &model, const Options &options);

/// The page of a directory that `dumpIrDir` has got: one artefact, `html`.
Result explain(const std::string &directory);

/// Compiles textual IR of any stage of ours, continuing from that stage.
/// `fileName` is for diagnostics.
Result compileIR(const std::string &text, const std::string &fileName,
                 const Options &options);

} // namespace ingot::driver
