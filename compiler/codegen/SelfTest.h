//===- SelfTest.h - calls that a device repeats -----------------*- C++ -*-===//
//
// A self-test is recorded once, where the compiler runs, and repeated by the entry
// `selftest` on the device: how to make up what goes in, and what must come out.
//
// Each number of samples, from the most down to one, has its tiles in a kernel, so the
// entries are called with all of them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace ingot::codegen {

/// A module's attribute: that its object is to test itself, or once it was recorded, how.
inline constexpr llvm::StringLiteral selfTestAttribute = "ingot.selftest";

/// What the floats from a byte offset on must add up to, one after the other, each with a
/// sign that depends on its number: what is wrong in some does not cancel.
struct Expected {
  int32_t offset = 0, count = 1;
  float value = 0;

  static constexpr uint32_t signFactor = 0x9E3779B9; ///< times the number, the upper bit
  static float sumOf(llvm::ArrayRef<float> values);
};

/// A tensor that is made up element by element, each of four bytes: the state of the
/// generator goes one step, and its upper bits are the element. Devices do it by shifts and
/// one product of 32 bits, without a division or a conversion.
struct Invented {
  int32_t elements = 0;
  /// From -1 to 1; from 0 to 1; so much that it moves a weight and ruins none; integers,
  /// of which one in five is 0.
  enum Kind : int32_t { Numbers, Shares, Nudges, Integers } kind = Numbers;
  int32_t below = 0; ///< of integers

  static constexpr uint32_t factor = 1664525, summand = 1013904223, firstState = 1;
  /// Bits of a float whose mantissa is random, and what is taken from it.
  static constexpr uint32_t exponentOf[] = {0x40000000, 0x3f800000, 0x3d800000};
  static constexpr float originOf[] = {3, 1, 1.5f / 16};
  static constexpr uint32_t zerosIn256 = 51;

  /// Integers are `(upper half of the state * scale()) >> shift()`.
  uint32_t scale() const { return static_cast<uint32_t>(below) >> (16 - shift()); }
  uint32_t shift() const;
  std::vector<int32_t> elementsFrom(uint32_t &state) const;
};

struct SelfTest {
  /// What `init` draws weights from.
  static constexpr uint64_t seed = 1;

  /// Of the first calls; 0 for an entry that is not tested.
  int32_t predictBatch = 0, trainBatch = 0;
  /// For as many samples as the larger of them.
  std::vector<Invented> inputs, targets;
  /// Bytes of the tensors that `predict` writes, one behind the other.
  std::vector<int64_t> outputBytes;
  /// Whether weights are nudged before the calls, since many are drawn as zeros.
  bool nudges = false;
  /// Offsets are into the outputs of `predict`; after the steps of training into the metrics
  /// and `params`.
  std::vector<Expected> outputs, metrics, params;
  /// All bits, where they are the same everywhere: of the weights in the object, of the
  /// outputs, and of metrics, weights and state after training.
  std::optional<int32_t> weightsHash, outputsHash, trainedHash;
  /// Errors above it are a failure.
  float tolerance = 0;

  /// What hashes are: each word in turn joins the sum by an exclusive or, which is then
  /// multiplied.
  static int32_t hashOf(llvm::StringRef words, int32_t sum = 0);
  static constexpr uint32_t hashFactor = 0x01000193;

  int32_t batch() const { return std::max(predictBatch, trainBatch); }
  uint64_t bytesOfOutputs() const;
  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
  /// Nothing if `attribute` is not what `toAttribute` makes.
  static std::optional<SelfTest> fromAttribute(mlir::Attribute attribute);
};

/// What `selftest` has in its arena: scratch of the entries that it calls, outputs,
/// metrics, inputs and then targets.
struct SelfTestArena {
  SelfTestArena(const SelfTest &test, uint64_t scratchBytes, uint64_t metricsBytes);
  uint64_t outputs, metrics, tensors, bytes; ///< offsets, and all of it
};

/// Adds the function PREFIX_selftest, which calls other entry points of `module`.
/// `scratchBytes` is the largest of their arenas.
void emitSelfTest(mlir::ModuleOp module, mlir::OpBuilder builder, llvm::StringRef prefix, const SelfTest &test,
                  uint64_t scratchBytes);

} // namespace ingot::codegen
