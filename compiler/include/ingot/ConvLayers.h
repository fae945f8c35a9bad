//===- ConvLayers.h - convolution and pooling ------------------*- C++ -*-===//
//
//   Tensor x = Input({28, 28, 1});
//   Tensor h = Conv2D(16, 3, {.padding = "same", .activation = "relu"})(x);
//   h = MaxPooling2D()(h);             // (None, 14, 14, 16)
//   Tensor y = GlobalAveragePooling2D()(h); // (None, 16)
//
// Tensors are (batch, height, width, channels); `data_format` is for programs
// that say so, and "channels_first" an error.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Layers.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace ingot {

/// A size for each spatial axis, or one for all of them: `{3, 5}`, `3`. `{}` is
/// Keras' None.
class PerAxis {
public:
  PerAxis() = default;
  PerAxis(int64_t size) : sizes{size}, isOne(true) {}
  PerAxis(std::initializer_list<int64_t> sizes) : sizes(sizes) {}

  bool isNone() const { return sizes.empty(); }
  Spec::Value value() const {
    return isOne ? Spec::Value(sizes[0]) : Spec::Value(sizes);
  }

private:
  std::vector<int64_t> sizes;
  bool isOne = false;
};

struct Conv2DOptions {
  PerAxis strides = 1;
  /// "valid": only where the kernel fits. "same": as many results as strides
  /// fit into the input, which is padded with zeros, the odd one behind.
  std::string padding = "valid";
  std::string data_format = "channels_last";
  /// Distance of the elements that the kernel sees. Not with `strides` above 1.
  PerAxis dilation_rate = 1;
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
/// `activation(x * kernel + bias)`, a correlation: (b, h, w, in) ->
/// (b, h', w', filters). Weights: kernel (height, width, in, filters), bias
/// (filters). The input is float32; all calls need the same `in`.
struct Conv2D : Layer {
  Conv2D(int64_t filters, const PerAxis &kernel_size,
         const Conv2DOptions &options = {},
         SourceLocation loc = std::source_location::current());
};

struct PoolingOptions {
  /// None: the size of the window.
  PerAxis strides = {};
  /// As for Conv2D. Padding is never the largest, and not counted in a mean.
  std::string padding = "valid";
  std::string data_format = "channels_last";
  std::string name = {};
};
/// The largest element of each window: (b, h, w, c) -> (b, h', w', c).
/// float32. Elements that are equally large share the gradient.
struct MaxPooling2D : Layer {
  explicit MaxPooling2D(const PerAxis &pool_size = 2,
                        const PoolingOptions &options = {},
                        SourceLocation loc = std::source_location::current());
};
/// The mean of each window.
struct AveragePooling2D : Layer {
  explicit AveragePooling2D(
      const PerAxis &pool_size = 2, const PoolingOptions &options = {},
      SourceLocation loc = std::source_location::current());
};

struct GlobalPoolingOptions {
  std::string data_format = "channels_last";
  /// (b, 1, 1, c) instead of (b, c).
  bool keepdims = false;
  std::string name = {};
};
/// The mean over height and width: (b, h, w, c) -> (b, c). float32.
struct GlobalAveragePooling2D : Layer {
  explicit GlobalAveragePooling2D(
      const GlobalPoolingOptions &options = {},
      SourceLocation loc = std::source_location::current());
};
/// The largest over height and width.
struct GlobalMaxPooling2D : Layer {
  explicit GlobalMaxPooling2D(
      const GlobalPoolingOptions &options = {},
      SourceLocation loc = std::source_location::current());
};

} // namespace ingot
