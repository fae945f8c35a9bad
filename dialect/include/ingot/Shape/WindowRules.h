//===- WindowRules.h - shapes of convolution and pooling --------*- C++ -*-===//
//
// Rules for windows that slide over spatial axes, of which there may be any
// number. Shapes are (batch..., spatial..., channels); every list here has one
// entry a spatial axis.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Shape/ShapeRules.h"

namespace ingot::shape {

/// Element k of window o of an axis lies at `o * stride + k * dilation - low`;
/// outside the axis, in `low` and `high` more elements, is padding.
struct Windowing {
  std::vector<int64_t> window, strides, dilation, low, high;
};

/// windows: (batch..., spatial..., c) -> (batch..., counts..., window..., c).
Inferred windows(const Shape &input, const Windowing &windowing);

/// Windows as Keras' arguments have them. `padding` is "valid", none, or "same":
/// as many windows as strides fit into the input, with padding half before, half
/// and the odd one after.
struct Sliding {
  std::vector<int64_t> window, strides, dilation;
  std::string padding = "valid";
};

/// What is wrong with it whatever the input, if anything is. `windowName` is
/// Keras' name of the argument: "kernel_size".
std::optional<std::string> checkSliding(const Sliding &sliding, const std::string &windowName);

/// The same with the padding of an input of this shape.
Windowing resolvePadding(const Shape &input, const Sliding &sliding);

/// conv: (b, spatial..., c) -> (b, counts..., filters).
Inferred conv(const Shape &input, int64_t filters, const Sliding &sliding);

/// pool: (b, spatial..., c) -> (b, counts..., c).
Inferred pool(const Shape &input, const Sliding &sliding);

/// global_pool: (b, spatial..., c) -> (b, c), or (b, 1..., c).
Inferred globalPool(const Shape &input, bool keepdims);

} // namespace ingot::shape
