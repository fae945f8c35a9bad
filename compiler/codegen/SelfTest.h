//===- SelfTest.h - calls that a device repeats -----------------*- C++ -*-===//
//
// A self-test is recorded once, where the compiler runs, and repeated by the entry
// `selftest` on the device: what goes in, and samples of what must come out.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ingot::codegen {

/// A module's attribute: that its object is to test itself, or once it was recorded, how.
inline constexpr llvm::StringLiteral selfTestAttribute = "ingot.selftest";

/// A value that must be found at a byte offset.
struct Expected {
  int32_t offset = 0;
  float value = 0;
};

struct SelfTest {
  /// What `init` draws weights from.
  static constexpr uint64_t seed = 1;

  int32_t batch = 0;
  /// Tensors, each element four bytes, whatever its type.
  std::vector<std::vector<int32_t>> inputs, targets;
  /// Bytes of the tensors that `predict` writes, one behind the other.
  std::vector<int64_t> outputBytes;
  /// Offsets are into the outputs of `predict`; after a step of training into the metrics
  /// and `params`.
  std::vector<Expected> outputs, metrics, params;
  /// Of the weights in the object, if it has any.
  std::optional<int32_t> weightsHash;
  /// Errors above it are a failure.
  float tolerance = 0;

  /// What `weightsHash` is: each word in turn joins the sum by an exclusive or, which is
  /// then multiplied.
  static int32_t hashOf(llvm::StringRef weights);
  static constexpr uint32_t hashFactor = 0x01000193;

  uint64_t bytesOfOutputs() const;
  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
  /// Nothing if `attribute` is not what `toAttribute` makes.
  static std::optional<SelfTest> fromAttribute(mlir::Attribute attribute);
};

/// What `selftest` has in its arena: scratch of the entries that it calls, outputs,
/// metrics.
struct SelfTestArena {
  SelfTestArena(const SelfTest &test, uint64_t scratchBytes, uint64_t metricsBytes);
  uint64_t outputs, metrics, bytes; ///< offsets, and all of it
};

/// Adds the function PREFIX_selftest, which calls other entry points of `module`.
/// `scratchBytes` is the largest of their arenas.
void emitSelfTest(mlir::ModuleOp module, mlir::OpBuilder builder, llvm::StringRef prefix, const SelfTest &test,
                  uint64_t scratchBytes);

} // namespace ingot::codegen
