//===- Model.cpp - the verbs of a model, but for fit ---------------------===//
//
// Each verb binds its arrays, then walks over batches.
//
//===----------------------------------------------------------------------===//
#include "FitData.h"
#include "ModelImpl.h"

#include <fmt/format.h>

using namespace ingot::rt;

void ingot::rt::requirePositive(const char *option, std::int64_t value) {
  if (value < 1)
    throw Error(fmt::format("`{}` is {}; must be positive", option, value));
}

void ingot::rt::requireBatch(const CompiledModel &model, ingot_entry entry,
                             const std::string &what, std::int64_t value) {
  const std::int32_t largest = model.maxBatch(entry);
  const std::string_view name = CompiledModel::entryName(entry);
  if (value > largest)
    throw Error(fmt::format("{} is {} and `{}` of `{}` was compiled for at "
                            "most {}; compile with `--max-batch={}:{}` to go "
                            "up to it",
                            what, value, name, model.name(), largest, name,
                            value));
}

void Model::Impl::trainStep(const Rows &rows, const BatchPointers &batch) {
  const std::int32_t status = compiled.trainStep(
      batch.inputs(), batch.targets(), static_cast<std::int32_t>(rows.count));
  if (status != INGOT_OK)
    throw compiled.refusal(INGOT_ENTRY_TRAIN_STEP, status,
                           outOfRange(compiled, rows));
}

//===----------------------------------------------------------------------===//
// Verbs
//===----------------------------------------------------------------------===//

Model::Model(const ingot_model_desc *desc, ModelOptions options)
    : impl(std::make_unique<Impl>(desc, options)) {}
Model::~Model() = default;
Model::Model(Model &&) noexcept = default;
Model &Model::operator=(Model &&) noexcept = default;

std::string_view Model::name() const { return impl->compiled.name(); }
std::string_view Model::summary() const {
  return impl->compiled.text(desc().summary);
}
const ingot_model_desc &Model::desc() const { return impl->compiled.desc(); }

static void checkSteps(std::optional<int> steps) {
  if (steps)
    requirePositive("steps", *steps);
}

Metrics Model::evaluate(const Arrays &x, const Arrays &y,
                        const EvaluateOptions &options) {
  requirePositive("batch_size", options.batch_size);
  const Feed feed = bind(impl->compiled, x, y, options.sample_weight);
  return impl->evaluate(*this, *streamOf(feed, options.batch_size), options);
}

Metrics Model::evaluate(BatchSource &source, const EvaluateOptions &options) {
  if (!options.sample_weight.empty())
    throw Error("`sample_weight` was given with a batch source, whose batches "
                "have their own");
  return impl->evaluate(*this, *evaluationOf(impl->compiled, source), options);
}

Metrics Model::Impl::evaluate(Model &model, Stream &stream,
                              const EvaluateOptions &options) {
  checkSteps(options.steps);
  CallbackList callbacks(options.callbacks, model,
                         {options.verbose, 0, stream.length()}, nullptr);
  Progress progress(options.verbose);
  return *evaluate(stream, options.steps, {callbacks, &progress});
}

Metrics Model::test_on_batch(const Arrays &x, const Arrays &y,
                             const BatchOptions &options) {
  return evaluate(x, y,
                  {.batch_size = impl->compiled.maxBatch(INGOT_ENTRY_EVALUATE),
                   .verbose = 0,
                   .sample_weight = options.sample_weight});
}

Metrics Model::train_on_batch(const Arrays &x, const Arrays &y,
                              const BatchOptions &options) {
  const Feed feed = bind(impl->compiled, x, y, options.sample_weight);
  requireBatch(impl->compiled, INGOT_ENTRY_TRAIN_STEP, "the number of samples",
               feed.rows);
  const Rows all = {&feed, 0, feed.rows};
  impl->compiled.resetMetrics();
  impl->trainStep(all, BatchPointers(all));
  return impl->compiled.metrics();
}

Predictions Model::predict(const Arrays &x, const PredictOptions &options) {
  requirePositive("batch_size", options.batch_size);
  const Feed feed = bindInputs(impl->compiled, x);
  return impl->predict(*this, *streamOf(feed, options.batch_size), options);
}

Predictions Model::predict(BatchSource &source, const PredictOptions &options) {
  return impl->predict(*this, *predictionOf(impl->compiled, source), options);
}

Predictions Model::Impl::predict(Model &model, Stream &stream,
                                 const PredictOptions &options) {
  checkSteps(options.steps);
  CallbackList callbacks(options.callbacks, model,
                         {options.verbose, 0, stream.length()}, nullptr);
  Progress progress(options.verbose);
  return predict(stream, options.steps, {callbacks, &progress});
}

Predictions Model::predict_on_batch(const Arrays &x) {
  return predict(x,
                 {.batch_size = impl->compiled.maxBatch(INGOT_ENTRY_PREDICT)});
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

NamedList<Array> Model::get_weights() const {
  return variablesOf(desc(), impl->compiled.variables(),
                     impl->compiled.params());
}

void Model::set_weights(const Arrays &weights) {
  CompiledModel &compiled = impl->compiled;
  writeVariables(
      bindVariables(compiled, "weight", compiled.variables(), weights),
      compiled.params());
  compiled.weightsChanged();
}

float Model::learning_rate() const { return impl->compiled.learningRate(); }
void Model::set_learning_rate(float value) {
  impl->compiled.setLearningRate(value);
}
