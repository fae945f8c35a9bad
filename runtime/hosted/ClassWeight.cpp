//===- ClassWeight.cpp - weights by label --------------------------------===//
#include "ClassWeight.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

using namespace ingot::rt;

/// The number of classes that the target tells of; 0: any label from 0.
static std::int64_t classesOf(const Column &target) {
  if (target.tensor->classes)
    return target.tensor->classes;
  const std::int64_t columns =
      static_cast<std::int64_t>(target.rowBytes / sizeof(float));
  return columns == 1 ? 0 : columns;
}

/// Throws Error unless `target` has one label a sample.
static void requireLabels(const Column &target, std::string_view name) {
  const bool isIndex = target.array.dtype() == DType::I32;
  const bool isOne = target.rowBytes == sizeof(float);
  const bool isOneHot = !isIndex && target.tensor->rank == 2;
  if (!isOne && !isOneHot)
    throw Error(fmt::format("`class_weight` was given and target `{}` has "
                            "shape {}; must be one label a sample",
                            name, expectedShape(*target.tensor)));
}

static std::int64_t labelOf(const Column &target, std::int64_t row,
                            std::string_view name) {
  const std::size_t columns = target.rowBytes / sizeof(float);
  const std::size_t at = static_cast<std::size_t>(row) * columns;
  if (target.array.dtype() == DType::I32)
    return target.array.i32()[at];
  const auto values = target.array.f32().subspan(at, columns);
  if (columns > 1)
    return std::ranges::max_element(values) - values.begin();
  if (!(values[0] >= 0 && values[0] == std::floor(values[0])))
    throw Error(fmt::format("`class_weight` was given and row {} of target "
                            "`{}` has {}; must be a label",
                            row, name, values[0]));
  return static_cast<std::int64_t>(values[0]);
}

void ingot::rt::applyClassWeights(const CompiledModel &model, Feed &feed,
                                  const std::map<int, float> &weights) {
  if (weights.empty())
    return;
  if (model.targets().size() != 1)
    throw Error(fmt::format("`class_weight` was given and `{}` has {} targets; "
                            "must be one; `sample_weight` takes several",
                            model.name(), model.targets().size()));
  const Column &target = feed.targets[0];
  const std::string_view name = model.text(target.tensor->name);
  if (feed.targets[1].array.data())
    throw Error("both `class_weight` and `sample_weight` were given; multiply "
                "them into one `sample_weight`");
  requireLabels(target, name);
  const std::int64_t classes = classesOf(target);
  for (const auto &[label, weight] : weights) {
    if (label < 0 || (classes > 0 && label >= classes))
      throw Error(fmt::format("`class_weight` has class {}; target `{}` has "
                              "classes [0, {})",
                              label, name,
                              classes ? std::to_string(classes) : "..."));
    if (!std::isfinite(weight))
      throw Error(fmt::format(
          "`class_weight` of class {} is {}; must be finite", label, weight));
  }
  std::vector<float> ofSample(static_cast<std::size_t>(feed.rows), 1.f);
  for (std::int64_t row = 0; row < feed.rows; ++row) {
    const auto found =
        weights.find(static_cast<int>(labelOf(target, row, name)));
    if (found != weights.end())
      ofSample[static_cast<std::size_t>(row)] = found->second;
  }
  feed.targets[1] = {Array(std::move(ofSample)), nullptr, sizeof(float)};
}
