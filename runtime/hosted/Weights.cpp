//===- Weights.cpp - weights in files ------------------------------------===//
//
// Everything is compared before the first weight is written.
//
//===----------------------------------------------------------------------===//
#include "CheckpointFile.h"
#include "ModelImpl.h"

#include "formats/SafetensorsHeader.h"

#include <fmt/format.h>

#include <algorithm>

using namespace ingot::rt;

//===----------------------------------------------------------------------===//
// Report
//===----------------------------------------------------------------------===//

std::string WeightsReport::text() const {
  std::string text = fmt::format(
      "{} of {} weights of `{}` loaded from `{}`\n", matched.size(),
      matched.size() + missing.size() + mismatched.size(), model, file);
  for (const std::string &name : missing)
    text += fmt::format("  `{}`: not in the file\n", name);
  for (const auto &[name, wanted, found] : mismatched)
    text += fmt::format("  `{}`: {} in the file, {} in the model\n", name,
                        found, wanted);
  for (const std::string &name : unexpected)
    text += fmt::format("  {}: not in the model\n", quotedText(name));
  return text;
}

/// "`a`, `b`, `c` and 4 more".
static std::string someOf(const std::vector<std::string> &names) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += fmt::format("{}{}", i ? ", " : "", quotedText(names[i]));
  return names.size() > most
             ? fmt::format("{} and {} more", text, names.size() - most)
             : text;
}

/// Throws Error for what in `report` is not allowed.
static void requireAllowed(const WeightsReport &report,
                           const LoadWeightsOptions &options) {
  std::string facts, hints;
  const auto refuse = [&](const std::string &fact, const char *option) {
    facts += (facts.empty() ? "" : "; ") + fact;
    hints += fmt::format("{}`{}`", hints.empty() ? "" : ", ", option);
  };
  if (!report.missing.empty() && !options.skip_missing)
    refuse(fmt::format("it lacks {}", someOf(report.missing)), "skip_missing");
  if (!report.unexpected.empty() && !options.skip_unexpected)
    refuse(fmt::format("it has {}, which the model has not",
                       someOf(report.unexpected)),
           "skip_unexpected");
  if (!report.mismatched.empty() && !options.skip_mismatch) {
    const auto &[name, model, file] = report.mismatched.front();
    refuse(fmt::format("it has `{}` as {}, which is {} in the model{}", name,
                       file, model,
                       report.mismatched.size() == 1
                           ? ""
                           : fmt::format(", and {} more",
                                         report.mismatched.size() - 1)),
           "skip_mismatch");
  }
  if (!facts.empty())
    throw Error(fmt::format("`{}` does not fit `{}`: {}; to leave such weights "
                            "as they are: {}",
                            report.file, report.model, facts, hints));
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

static DType typeOf(const ingot_tensor_desc &tensor) {
  return tensor.dtype == INGOT_I32 ? DType::I32 : DType::F32;
}

static Shape shapeOf(const ingot_tensor_desc &tensor) {
  return Shape(tensor.dims, tensor.dims + tensor.rank);
}

/// Whether `found` may become `wanted`: floats become floats, integers
/// integers.
static bool converts(const SafetensorsTensor &found,
                     const ingot_tensor_desc &wanted) {
  const bool isFloat =
      found.dtype.starts_with("F") || found.dtype.starts_with("BF");
  return safetensorsElement(found.dtype) &&
         isFloat == (typeOf(wanted) == DType::F32);
}

/// [1] and a scalar are the same.
static bool sameShape(Shape a, Shape b) {
  for (Shape *shape : {&a, &b})
    if (shape->empty())
      shape->push_back(1);
  return a == b;
}

void Model::save_weights(const std::filesystem::path &path) const {
  write_safetensors(path, get_weights(), fileMetadata(desc(), weightsFormat));
}

WeightsReport Model::load_weights(const std::filesystem::path &path,
                                  const LoadWeightsOptions &options) {
  CompiledModel &compiled = impl->compiled;
  const Safetensors file(path);
  file.verify_checksum();

  WeightsReport report{.model = std::string(name()), .file = file.name()};
  std::vector<std::pair<const ingot_tensor_desc *, Array>> found;
  std::vector<std::string_view> known;
  for (const ingot_tensor_desc &variable : compiled.variables()) {
    const std::string_view name = compiled.text(variable.name);
    known.push_back(name);
    const SafetensorsTensor *tensor = file.find(name);
    if (!tensor) {
      report.missing.emplace_back(name);
    } else if (!sameShape(tensor->shape, shapeOf(variable)) ||
               !converts(*tensor, variable)) {
      report.mismatched.push_back(
          {std::string(name),
           fmt::format("{} {}", dtypeName(typeOf(variable)),
                       shapeText(shapeOf(variable))),
           fmt::format("{} {}", tensor->dtype, shapeText(tensor->shape))});
    } else {
      report.matched.emplace_back(name);
      found.emplace_back(&variable, file.array(*tensor));
    }
  }
  std::ranges::sort(known);
  for (const SafetensorsTensor &tensor : file.tensors())
    if (!isBesideWeights(tensor.name) &&
        !std::ranges::binary_search(known, std::string_view(tensor.name)))
      report.unexpected.push_back(tensor.name);

  requireAllowed(report, options);
  for (const auto &[variable, array] : found)
    std::ranges::copy(bytesOf(array), compiled.params() + variable->offset);
  compiled.weightsChanged();
  return report;
}
