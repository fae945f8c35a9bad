//===- Layers.h - the layers of the functional API -------------*- C++ -*-===//
//
//   Tensor x = Input({28, 28}, {.name = "image"});
//   Tensor h = Dense(64, {.activation = "relu"})(Flatten()(x));
//
// Class names, argument names and defaults are Keras'. Arguments with a default
// are fields, in the order of Keras' signature. Every function here throws
// ingot::Error at the caller's own line.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Initializers.h"
#include "ingot/Spec.h"
#include "ingot/Tensor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

struct Node;

/// A layer: weights and a rule. Copies are the same layer. It may be called on
/// any number of tensors; each call is a node, numbered from 0, and all calls
/// share the weights, which the first one makes.
class Layer {
public:
  Results operator()(const Tensors &inputs,
                     SourceLocation loc = std::source_location::current()) const;

  const std::string &name() const;
  /// Keras' class name: "Dense".
  const std::string &class_name() const;
  bool trainable() const;
  /// false: the weights stay as they are in training. Of a model, and of a layer
  /// that applies another, it is set in all layers within. What counts is what it
  /// is when the model is compiled into an object.
  void set_trainable(bool trainable);
  /// Elements of all weights; 0 before the first call.
  int64_t count_params() const;

  /// Results, or arguments, of the call; of node 0 if there are several, of
  /// which a warning on stderr tells once. A layer that was never called is an
  /// error.
  Results output(SourceLocation loc = std::source_location::current()) const;
  Results input(SourceLocation loc = std::source_location::current()) const;
  /// Those of call number `node`; out of range is an error.
  Results get_output_at(
      int node, SourceLocation loc = std::source_location::current()) const;
  Results get_input_at(
      int node, SourceLocation loc = std::source_location::current()) const;
  /// Defined while all nodes agree and have one tensor, else an error.
  Shape output_shape(
      SourceLocation loc = std::source_location::current()) const;
  Shape input_shape(
      SourceLocation loc = std::source_location::current()) const;
  Shape get_output_shape_at(
      int node, SourceLocation loc = std::source_location::current()) const;
  Shape get_input_shape_at(
      int node, SourceLocation loc = std::source_location::current()) const;
  /// All calls, in order. Node 0 of a model is its own graph.
  std::vector<Node> inbound_nodes() const;

  /// Identity.
  bool operator==(const Layer &other) const = default;

  /// For the compiler: the recorded layer.
  explicit Layer(std::shared_ptr<graph::Layer> record)
      : record(std::move(record)) {}
  const std::shared_ptr<graph::Layer> &recorded() const { return record; }

private:
  std::shared_ptr<graph::Layer> record;
};

/// One call of a layer.
struct Node {
  Layer layer;
  int index; ///< counts the calls of `layer`
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  SourceLocation location; ///< of the call
};

struct InputOptions {
  /// "float32" or "int32".
  std::string dtype = "float32";
  std::string name = {};
};
/// An input of the model. `shape` is that of one sample, without the batch; the
/// result is (None, shape...). Sizes must be positive.
Tensor Input(const Shape &shape, const InputOptions &options = {},
             SourceLocation loc = std::source_location::current());

struct DenseOptions {
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  /// false: the weights stay as they are in training.
  bool trainable = true;
  std::string name = {};
};
/// `activation(x . kernel + bias)` over the last axis: (b, ..., in) ->
/// (b, ..., units). Weights: kernel (in, units), bias (units). The input is
/// float32 of rank >= 2; all calls need the same `in`.
struct Dense : Layer {
  explicit Dense(int64_t units, const DenseOptions &options = {},
                 SourceLocation loc = std::source_location::current());
};

struct EmbeddingOptions {
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  /// Index 0 is padding: a step that does not count.
  bool mask_zero = false;
  /// If given, the number of indices of a sample, which every call must have.
  std::optional<int64_t> input_length = {};
  bool trainable = true;
  std::string name = {};
};
/// The row of a table for each index: (b, ...) -> (b, ..., output_dim). Weight:
/// embeddings (input_dim, output_dim). The input is int32 and holds indices in
/// [0, input_dim); a call of the compiled model with another is refused.
struct Embedding : Layer {
  Embedding(int64_t input_dim, int64_t output_dim,
            const EmbeddingOptions &options = {},
            SourceLocation loc = std::source_location::current());
};

struct LSTMOptions {
  ActivationFunction activation = "tanh";
  ActivationFunction recurrent_activation = "sigmoid";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer recurrent_initializer = "orthogonal";
  Initializer bias_initializer = "zeros";
  /// The bias of the forget gate begins with ones.
  bool unit_forget_bias = true;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  /// The outputs of all steps, not that of the last one alone.
  bool return_sequences = false;
  /// The call gives the output and the last h and c.
  bool return_state = false;
  /// Steps are taken, and outputs returned, from the last one to the first.
  bool go_backwards = false;
  /// Only false is supported.
  bool stateful = false;
  bool trainable = true;
  std::string name = {};
};
/// Long short-term memory: (b, steps, in) -> (b, units), or (b, steps, units).
/// Called on three tensors, `lstm({x, h, c})`, it begins with the states h and c
/// (b, units) in place of zeros. Weights: kernel (in, 4 units),
/// recurrent_kernel (units, 4 units), bias (4 units); gates in the order i, f,
/// c, o. float32.
struct LSTM : Layer {
  explicit LSTM(int64_t units, const LSTMOptions &options = {},
                SourceLocation loc = std::source_location::current());
};

struct NameOption {
  std::string name = {};
};
/// An activation by itself; softmax needs rank >= 2. float32, same shape.
struct Activation : Layer {
  explicit Activation(const ActivationFunction &activation,
                      const NameOption &options = {},
                      SourceLocation loc = std::source_location::current());
};

/// Masks the steps of (b, ..., features) whose features all are `mask_value`, and
/// makes those 0. LSTMs skip masked steps; losses and metrics leave them out. Layers
/// pass masks on as Keras' do; one that does not support them ends them, of which a
/// warning tells. float32, same shape.
struct Masking : Layer {
  explicit Masking(double mask_value = 0, const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};

/// (b, d1, ..., dn) -> (b, d1 * ... * dn), row-major.
struct Flatten : Layer {
  explicit Flatten(const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};

/// (b, ...) -> (b, target_shape...), row-major. One size may be -1; the number
/// of elements of a sample must stay.
struct Reshape : Layer {
  explicit Reshape(const Shape &target_shape, const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};

/// Other order of the axes; the batch stays. `dims` counts from 1: {2, 1} makes
/// (b, m, n) to (b, n, m).
struct Permute : Layer {
  explicit Permute(const Shape &dims, const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};

/// (b, features) -> (b, n, features). float32.
struct RepeatVector : Layer {
  explicit RepeatVector(int64_t n, const NameOption &options = {},
                        SourceLocation loc = std::source_location::current());
};

struct DropoutOptions {
  /// One size for each dimension, the batch among them: where it is 1, one decision
  /// is for all elements along it; None stands for the input's size. Empty: each
  /// element is decided for itself.
  Shape noise_shape = {};
  /// In place of the seed given to `NAME_init`.
  std::optional<int64_t> seed = {};
  std::string name = {};
};
/// In training, an element is 0 with probability `rate`, else divided by 1 - rate;
/// elsewhere the layer changes nothing. `rate` is in [0, 1). float32, same shape.
struct Dropout : Layer {
  explicit Dropout(double rate, const DropoutOptions &options = {},
                   SourceLocation loc = std::source_location::current());
};

/// Layers that merge one or more tensors element by element; Subtract takes
/// exactly two. float32 of one rank; a size of 1 repeats, but not in the batch.
struct Add : Layer {
  explicit Add(const NameOption &options = {},
               SourceLocation loc = std::source_location::current());
};
struct Subtract : Layer {
  explicit Subtract(const NameOption &options = {},
                    SourceLocation loc = std::source_location::current());
};
struct Multiply : Layer {
  explicit Multiply(const NameOption &options = {},
                    SourceLocation loc = std::source_location::current());
};
struct Average : Layer {
  explicit Average(const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};
struct Maximum : Layer {
  explicit Maximum(const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};
struct Minimum : Layer {
  explicit Minimum(const NameOption &options = {},
                   SourceLocation loc = std::source_location::current());
};

struct ConcatenateOptions {
  int64_t axis = -1;
  std::string name = {};
};
/// One or more tensors one after the other along `axis`, which is not the
/// batch; all other sizes are equal.
struct Concatenate : Layer {
  explicit Concatenate(const ConcatenateOptions &options = {},
                       SourceLocation loc = std::source_location::current());
};

/// An axis of each of two tensors, or one for both: `{1, 2}`, `-1`.
class AxisPair {
public:
  AxisPair(int64_t axis) : AxisPair(axis, axis) {}
  AxisPair(int64_t first, int64_t second) : values{first, second} {}
  const Shape &axes() const { return values; }

private:
  Shape values;
};

struct DotOptions {
  /// Divide each tensor by its L2 norm along its axis: the cosine of the angle.
  bool normalize = false;
  std::string name = {};
};
/// The dot products of two tensors along an axis of each, sample by sample:
/// (b, m, k) and (b, k, n) with `axes` {2, 1} give (b, m, n), two vectors give
/// (b, 1). An axis counts the batch as 0, which it must not be, or from the end if
/// negative; both have one size. float32.
struct Dot : Layer {
  explicit Dot(const AxisPair &axes, const DotOptions &options = {},
               SourceLocation loc = std::source_location::current());
};

/// Keras' functions: `add({a, b})` is `Add()({a, b})`.
Tensor add(const Tensors &inputs, const NameOption &options = {},
           SourceLocation loc = std::source_location::current());
Tensor subtract(const Tensors &inputs, const NameOption &options = {},
                SourceLocation loc = std::source_location::current());
Tensor multiply(const Tensors &inputs, const NameOption &options = {},
                SourceLocation loc = std::source_location::current());
Tensor average(const Tensors &inputs, const NameOption &options = {},
               SourceLocation loc = std::source_location::current());
Tensor maximum(const Tensors &inputs, const NameOption &options = {},
               SourceLocation loc = std::source_location::current());
Tensor minimum(const Tensors &inputs, const NameOption &options = {},
               SourceLocation loc = std::source_location::current());
Tensor concatenate(const Tensors &inputs, const ConcatenateOptions &options = {},
                   SourceLocation loc = std::source_location::current());
Tensor dot(const Tensors &inputs, const AxisPair &axes = -1,
           const DotOptions &options = {},
           SourceLocation loc = std::source_location::current());

} // namespace ingot
