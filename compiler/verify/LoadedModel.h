//===- LoadedModel.h - a compiled object, loaded and callable ---*- C++ -*-===//
//
// Links the bytes of an object file into this process and calls its entries
// through the descriptor, as any user of abi.h could. Every block is handed
// over filled with NaN patterns, so that reading what was not written shows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "verify/Tensor.h"

#include <ingot/abi.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ingot::verify {

/// Memory aligned as an object wants it.
class Block {
public:
  Block(uint64_t bytes, uint32_t align);
  void *data() const { return memory.get(); }
  /// Fills the block with a pattern that is a NaN in every element.
  void poison();

private:
  struct Free {
    void operator()(void *memory) const;
  };
  std::unique_ptr<void, Free> memory;
  uint64_t bytes;
};

/// Means that one or several calls have accumulated.
using Means = std::vector<ingot_mean>;

/// Throws ingot::Error where it cannot go on: the object does not link, an
/// entry is missing or refuses a call.
class LoadedModel {
public:
  /// `object` is an object file whose descriptor is returned by
  /// `<prefix>_model`.
  LoadedModel(const std::string &object, const std::string &prefix);
  ~LoadedModel();

  /// What the object says of itself; lives as long as this.
  const ingot_model_desc &descriptor() const { return *desc; }

  /// Name and means of the metrics, in the order of the descriptor.
  std::vector<std::string> metricNames() const;
  /// Fails unless the model takes and gives tensors with these names.
  void checkNames(const std::vector<std::string> &inputs,
                  const std::vector<std::string> &outputs) const;

  /// Fresh parameters and state; then every variable takes its value from
  /// `weights`, which must have them all.
  void initialize(const TensorMap &weights);
  TensorMap weights() const;

  /// Samples [begin, end) of every tensor are used, in batches of `batch` for
  /// predict and as one batch otherwise.
  TensorMap predict(const TensorMap &inputs, int64_t samples, int64_t batch);
  TensorMap gradients(const TensorMap &inputs, const TensorMap &targets,
                      int64_t begin, int64_t end);
  /// `means` gets the values of this batch alone.
  void trainStep(const TensorMap &inputs, const TensorMap &targets,
                 int64_t begin, int64_t end, Means &means);
  void evaluate(const TensorMap &inputs, const TensorMap &targets,
                int64_t begin, int64_t end, Means &means);
  /// Adds `from` to `into`, which is reset if it is empty.
  void merge(Means &into, const Means &from) const;

private:
  struct Session;

  template <typename Function> Function *entry(unsigned number) const;
  void *arena(unsigned number);
  void check(unsigned number, int32_t status) const;
  /// Pointers to sample `begin` of the tensors that `table` names.
  std::vector<const void *> gather(const TensorMap &tensors, uint32_t table,
                                   uint32_t count, int64_t begin, int64_t end,
                                   const char *what) const;
  /// One call, with or without prepared weights.
  void predict(std::span<const void *const> in, std::span<void *const> out,
               int64_t batch, const void *ready);
  /// Throws unless `out` has the bits that predict gives without prepared ones.
  void checkUnprepared(std::span<const void *const> in,
                       std::span<void *const> out, int64_t batch);
  std::vector<const void *> gatherTargets(const TensorMap &targets,
                                          int64_t begin, int64_t end) const;
  void resetMeans(Means &means) const;
  TensorMap readVariables(const Block &block, bool onlyTrainable) const;
  const ingot_tensor_desc *table(uint32_t offset) const;
  std::string nameOf(const ingot_tensor_desc &tensor) const;

  std::unique_ptr<Session> session;
  const ingot_model_desc *desc = nullptr;
  std::unique_ptr<Block> params, state, prepared, scratch;
};

} // namespace ingot::verify
