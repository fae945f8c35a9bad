//===- Gradients.cpp - one optimizer step in two halves ------------------===//
//
// The object counts the samples of every mean, so gradients of parts carry what
// it takes to weigh them.
//
//===----------------------------------------------------------------------===//
#include "GradientsImpl.h"
#include "ModelImpl.h"

#include <fmt/format.h>

#include <cstring>

using namespace ingot::rt;

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

// The object leaves alone what lies between the weights, and merge reads it.
Gradients::Impl::Impl(const ingot_model_desc &desc)
    : desc(&desc), block(desc.params_bytes, desc.align),
      means(desc.metric_count) {
  std::memset(block.data(), 0, desc.params_bytes);
}

Gradients::Gradients() = default;
Gradients::~Gradients() = default;
Gradients::Gradients(Gradients &&) noexcept = default;
Gradients &Gradients::operator=(Gradients &&) noexcept = default;

std::int64_t Gradients::samples() const { return impl ? impl->samples() : 0; }

Metrics Gradients::metrics() const {
  return impl ? metricsOf(*impl->desc, impl->means) : Metrics();
}

NamedList<Array> Gradients::values() const {
  if (!impl)
    return {};
  const ingot_model_desc &desc = *impl->desc;
  return variablesOf(
      desc, {ingot_tensors(&desc, desc.variables), desc.variable_count},
      impl->block.data());
}

/// Throws Error unless gradients of the model `from` have the layout of `to`.
static void requireSameLayout(const ingot_model_desc &from,
                              const ingot_model_desc &to) {
  if (from.arch_hash == to.arch_hash && from.metric_count == to.metric_count)
    return;
  throw Error(fmt::format("the gradients are of `{}`, whose weights or metrics "
                          "are not those of `{}`",
                          ingot_string(&from, from.name),
                          ingot_string(&to, to.name)));
}

void Gradients::merge(const Gradients &other) {
  if (!other.impl)
    return;
  if (!impl) {
    impl = std::make_unique<Impl>(*other.impl->desc);
    impl->means = other.impl->means;
    std::memcpy(impl->block.data(), other.impl->block.data(),
                impl->desc->params_bytes);
    return;
  }
  requireSameLayout(*other.impl->desc, *impl->desc);
  // In double, so that the mean is rounded once.
  const auto mine = static_cast<double>(samples());
  const auto others = static_cast<double>(other.samples());
  const float *from = other.impl->values();
  float *to = impl->values();
  for (std::size_t i = 0; i < impl->desc->params_bytes / sizeof(float); ++i)
    to[i] = static_cast<float>((mine * static_cast<double>(to[i]) +
                                others * static_cast<double>(from[i])) /
                               (mine + others));
  mergeMetrics(*impl->desc, impl->means, other.impl->means);
}

//===----------------------------------------------------------------------===//
// The verbs of a model
//===----------------------------------------------------------------------===//

Gradients Model::gradients(const Arrays &x, const Arrays &y,
                           const GradientsOptions &options) {
  CompiledModel &compiled = impl->compiled;
  const Feed feed = bind(compiled, x, y, options.sample_weight);
  requireBatch(compiled, INGOT_ENTRY_GRADIENTS, "the number of samples",
               feed.rows);
  const Rows all = {&feed, 0, feed.rows};
  const BatchPointers batch(all);
  Gradients result;
  result.impl = std::make_unique<Gradients::Impl>(desc());
  const std::int32_t status = compiled.gradients(
      batch.inputs(), batch.targets(), static_cast<std::int32_t>(feed.rows),
      options.stream, result.impl->values(), result.impl->means);
  if (status != INGOT_OK)
    throw compiled.refusal(INGOT_ENTRY_GRADIENTS, status,
                           outOfRange(compiled, all));
  return result;
}

void Model::apply_gradients(const Gradients &gradients) {
  if (!gradients.impl)
    throw Error("the gradients are of no samples");
  requireSameLayout(*gradients.impl->desc, desc());
  const std::int32_t status =
      impl->compiled.applyGradients(gradients.impl->values());
  if (status != INGOT_OK)
    throw impl->compiled.refusal(INGOT_ENTRY_APPLY_GRADIENTS, status);
}
