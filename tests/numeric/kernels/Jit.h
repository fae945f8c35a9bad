//===- Jit.h - runs the kernel passes and what they produce -----*- C++ -*-===//
//
// Compiles textual IR on memrefs through the kernel passes down to machine
// code in this process. Every function of the tests has the same signature.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_TESTS_NUMERIC_KERNELS_JIT_H
#define INGOT_TESTS_NUMERIC_KERNELS_JIT_H

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ingot::tests {

/// The two inputs, the output, the dynamic extent and an offset in floats.
using TestFunction = void (*)(const float *, const float *, float *, int64_t,
                              int64_t);

/// The parameters that go with `TestFunction`, in MLIR.
inline constexpr const char *testParameters =
    "(%pa: memref<1xf32>, %pb: memref<1xf32>, %pc: memref<1xf32>, "
    "%s: index, %o: index)";

/// How to compile.
struct JitOptions {
  int64_t maxBatch = 0;
  int64_t vectorWidth = 8;
  bool portable = false;
  bool forSize = false;
  int64_t registers = 16;
  bool caches = true;
  /// What kernels do otherwise than planned, "tile=4x1:unroll=2".
  std::string choices = {};
  /// Whether products share one function, and what follows them has loops of its own.
  bool sharesProducts() const { return vectorWidth == 1 && (forSize || !caches); }
  /// The options as they stand in front of a failure.
  std::string describe() const;
};

/// A module compiled into this process.
class Jit {
public:
  /// Compiles `functions`, the text of a module's body. Fails the test when
  /// something does not compile or a linalg op is left after the kernel passes.
  Jit(const std::string &functions, const JitOptions &options);

  bool isValid() const { return engine != nullptr; }
  TestFunction lookup(const std::string &name);

private:
  void compile(const std::string &text, bool hasEpilogues);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace ingot::tests

#endif // INGOT_TESTS_NUMERIC_KERNELS_JIT_H
