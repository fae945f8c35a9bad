//===- WindowRules.cpp - shapes of convolution and pooling ----------------===//

#include "ingot/Shape/WindowRules.h"

#include <algorithm>

namespace ingot::shape {

/// Sizes below this keep all arithmetic here within 64 bits.
static constexpr int64_t kLimit = int64_t{1} << 31;

/// Elements from the first to the last of a window.
static int64_t extentOf(int64_t window, int64_t dilation) { return (window - 1) * dilation + 1; }

namespace {
/// A list under the name that its user knows.
struct Sizes {
  const std::vector<int64_t> &list;
  std::string name;
  int64_t smallest;
};
} // namespace

static std::optional<std::string> checkSizes(const Sizes &sizes) {
  if (std::all_of(sizes.list.begin(), sizes.list.end(),
                  [&](int64_t size) { return size >= sizes.smallest && size < kLimit; }))
    return std::nullopt;
  return "`" + sizes.name + "` is " + toString(sizes.list) + "; must be " +
         (sizes.smallest ? "positive" : "at least 0") + " and below 2^31";
}

/// The message if `input` has not `count` spatial axes of known size between
/// its first axes, at least `leading`, and the channels.
static std::optional<std::string> checkSpatial(const Shape &input, size_t leading, size_t count) {
  const std::string what = "input has shape " + toString(input);
  if (input.size() < leading + count + 1)
    return what + "; rank must be at least " + std::to_string(leading + count + 1);
  const auto spatial = input.end() - 1 - static_cast<ptrdiff_t>(count);
  if (std::find(spatial, input.end(), kDynamic) != input.end())
    return what + "; only the batch may be dynamic";
  if (std::any_of(spatial, input.end(), [](int64_t size) { return size < 1 || size >= kLimit; }))
    return what + "; sizes must be positive and below 2^31";
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// windows
//===----------------------------------------------------------------------===//

Inferred windows(const Shape &input, const Windowing &w) {
  const size_t count = w.window.size();
  for (const auto *list : {&w.strides, &w.dilation, &w.low, &w.high})
    if (list->size() != count || count == 0)
      return Inferred::error("the attributes have " + std::to_string(count) + " and " + std::to_string(list->size()) +
                             " entries; each must have one a spatial axis");
  for (const Sizes &sizes : {Sizes{w.window, "window", 1}, Sizes{w.strides, "strides", 1},
                             Sizes{w.dilation, "dilation", 1}, Sizes{w.low, "low", 0}, Sizes{w.high, "high", 0}})
    if (auto message = checkSizes(sizes))
      return Inferred::error(*message);
  if (auto message = checkSpatial(input, 0, count))
    return Inferred::error(*message);

  const size_t first = input.size() - 1 - count;
  Shape result(input.begin(), input.begin() + static_cast<ptrdiff_t>(first));
  for (size_t i = 0; i < count; ++i) {
    const int64_t room = input[first + i] + w.low[i] + w.high[i] - extentOf(w.window[i], w.dilation[i]);
    if (room < 0)
      return Inferred::error("a window covers " + std::to_string(extentOf(w.window[i], w.dilation[i])) +
                             " elements of axis " + std::to_string(first + i) + " of " + toString(input) +
                             ", which has " + std::to_string(input[first + i] + w.low[i] + w.high[i]) +
                             " with padding; it must fit");
    result.push_back(room / w.strides[i] + 1);
  }
  result.insert(result.end(), w.window.begin(), w.window.end());
  result.push_back(input.back());
  return result;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

std::optional<std::string> checkSliding(const Sliding &sliding, const std::string &windowName) {
  for (const Sizes &sizes : {Sizes{sliding.window, windowName, 1}, Sizes{sliding.strides, "strides", 1},
                             Sizes{sliding.dilation, "dilation_rate", 1}})
    if (auto message = checkSizes(sizes))
      return message;
  for (const auto *list : {&sliding.strides, &sliding.dilation})
    if (list->size() != sliding.window.size() || list->empty())
      return "`" + windowName + "` is " + toString(sliding.window) + " beside " + toString(*list) +
             "; all must have one size a spatial axis";
  auto isAboveOne = [](int64_t size) { return size > 1; };
  if (std::any_of(sliding.strides.begin(), sliding.strides.end(), isAboveOne) &&
      std::any_of(sliding.dilation.begin(), sliding.dilation.end(), isAboveOne))
    return "`strides` is " + toString(sliding.strides) + " and `dilation_rate` is " + toString(sliding.dilation) +
           "; only one of them may be above 1";
  if (sliding.padding != "valid" && sliding.padding != "same")
    return "`padding` is \"" + sliding.padding + "\"; must be \"valid\" or \"same\"";
  return std::nullopt;
}

Windowing resolvePadding(const Shape &input, const Sliding &sliding) {
  const size_t count = sliding.window.size(), first = input.size() - 1 - count;
  Windowing result{sliding.window, sliding.strides, sliding.dilation, std::vector<int64_t>(count, 0),
                   std::vector<int64_t>(count, 0)};
  for (size_t i = 0; i < count && sliding.padding == "same"; ++i) {
    const int64_t size = input[first + i], stride = sliding.strides[i];
    const int64_t lastBegin = (size - 1) / stride * stride;
    const int64_t total = std::max(lastBegin + extentOf(sliding.window[i], sliding.dilation[i]) - size, int64_t{0});
    result.low[i] = total / 2;
    result.high[i] = total - total / 2;
  }
  return result;
}

/// (b, spatial..., c) -> (b, counts..., c)
static Inferred slide(const Shape &input, const Sliding &sliding) {
  const size_t count = sliding.window.size();
  if (input.size() != count + 2)
    return Inferred::error("input has shape " + toString(input) + ", of rank " + std::to_string(input.size()) +
                           "; must be (batch, " + (count == 2 ? "rows, columns" : count == 1 ? "steps" : "sizes...") +
                           ", channels), of rank " + std::to_string(count + 2));
  if (auto message = checkSpatial(input, 1, count))
    return Inferred::error(*message);
  for (size_t i = 0; i < count; ++i)
    if (const int64_t extent = extentOf(sliding.window[i], sliding.dilation[i]);
        extent > input[1 + i] && sliding.padding == "valid")
      return Inferred::error("input has shape " + toString(input) + ", and a window covers " +
                             std::to_string(extent) + " elements of axis " + std::to_string(1 + i) +
                             "; it must fit, or `padding` be \"same\"");
  const Inferred all = windows(input, resolvePadding(input, sliding));
  if (!all)
    return all;
  Shape result((*all).begin(), (*all).begin() + 1 + static_cast<ptrdiff_t>(count));
  result.push_back(input.back());
  return result;
}

Inferred conv(const Shape &input, int64_t filters, const Sliding &sliding) {
  if (filters <= 0)
    return Inferred::error("`filters` is " + std::to_string(filters) + "; must be positive");
  if (auto message = checkSliding(sliding, "kernel_size"))
    return Inferred::error(*message);
  const Inferred slid = slide(input, sliding);
  if (!slid)
    return slid;
  Shape result = *slid;
  result.back() = filters;
  return result;
}

Inferred pool(const Shape &input, const Sliding &sliding) {
  if (auto message = checkSliding(sliding, "pool_size"))
    return Inferred::error(*message);
  return slide(input, sliding);
}

Inferred globalPool(const Shape &input, bool keepdims) {
  if (input.size() < 3)
    return Inferred::error("input has shape " + toString(input) + "; rank must be at least 3");
  if (auto message = checkSpatial(input, 1, input.size() - 2))
    return Inferred::error(*message);
  Shape result(keepdims ? input.size() : 2, 1);
  result.front() = input.front();
  result.back() = input.back();
  return result;
}

} // namespace ingot::shape
