//===- FitData.cpp - what fit trains and validates on --------------------===//
#include "FitData.h"
#include "ClassWeight.h"
#include "ModelImpl.h"

#include <fmt/format.h>

#include <cmath>

using namespace ingot::rt;

Shuffle::Shuffle(const char *text) : chosen(Mode::Batches) {
  if (std::string_view(text) != "batch")
    throw Error(fmt::format(
        "`shuffle` is \"{}\"; must be true, false or \"batch\"", text));
}

/// What is refused whatever the data is.
static void checkOptions(const FitOptions &options) {
  if (options.initial_epoch < 0)
    throw Error(fmt::format("`initial_epoch` is {}; must not be negative",
                            options.initial_epoch));
  if (options.steps_per_epoch)
    requirePositive("steps_per_epoch", *options.steps_per_epoch);
  if (options.validation_steps)
    requirePositive("validation_steps", *options.validation_steps);
  if (options.validation_batch_size)
    requirePositive("validation_batch_size", *options.validation_batch_size);
  requirePositive("validation_freq", options.validation_freq);
  if (!(options.validation_split >= 0 && options.validation_split < 1))
    throw Error(fmt::format("`validation_split` is {}; must be in [0, 1)",
                            options.validation_split));
}

/// Moves the last samples of the training feed to the validation feed.
static void split(FitData &data, double part) {
  const Feed all = std::move(data.trainingFeed);
  const auto trained = static_cast<std::int64_t>(
      std::floor(static_cast<double>(all.rows) * (1 - part)));
  if (trained == 0 || trained == all.rows)
    throw Error(fmt::format("`validation_split` is {} and divides {} samples "
                            "into {} to train and {} to validate; "
                            "neither may be 0",
                            part, all.rows, trained, all.rows - trained));
  data.trainingFeed = all.slice(0, trained);
  data.validationFeed = all.slice(trained, all.rows);
}

/// What validation_data says, with batches of `batchSize`.
static void addValidation(FitData &data, const CompiledModel &model,
                          const ValidationData &given, int batchSize) {
  if (given.source) {
    data.validation = evaluationOf(model, *given.source);
    return;
  }
  data.validationFeed = bind(model, given.x, given.y, given.sample_weight);
  data.validation = streamOf(data.validationFeed, batchSize);
}

std::unique_ptr<FitData> ingot::rt::divide(const CompiledModel &model,
                                           const Arrays &x, const Arrays &y,
                                           const FitOptions &options) {
  requirePositive("batch_size", options.batch_size);
  requireBatch(model, INGOT_ENTRY_TRAIN_STEP, "`batch_size`",
               options.batch_size);
  checkOptions(options);
  auto data = std::make_unique<FitData>();
  data->trainingFeed = bind(model, x, y, options.sample_weight);
  const int validationBatch =
      options.validation_batch_size.value_or(options.batch_size);
  if (options.validation_data) {
    addValidation(*data, model, *options.validation_data, validationBatch);
  } else if (options.validation_split > 0) {
    split(*data, options.validation_split);
    data->validation = streamOf(data->validationFeed, validationBatch);
  }
  // An entry that is missing shall not be found out after the first epoch.
  if (data->validation)
    model.maxBatch(INGOT_ENTRY_EVALUATE);
  applyClassWeights(model, data->trainingFeed, options.class_weight);
  data->training =
      streamOf(data->trainingFeed, options.batch_size, options.shuffle);
  return data;
}

std::unique_ptr<FitData> ingot::rt::divide(const CompiledModel &model,
                                           BatchSource &source,
                                           const FitOptions &options) {
  const std::int32_t largest = model.maxBatch(INGOT_ENTRY_TRAIN_STEP);
  checkOptions(options);
  if (options.validation_split > 0)
    throw Error(
        "`validation_split` was given with a batch source, which cannot "
        "be divided; use `validation_data`");
  if (!options.sample_weight.empty())
    throw Error("`sample_weight` was given with a batch source, whose batches "
                "have their own");
  auto data = std::make_unique<FitData>();
  if (options.validation_data) {
    model.maxBatch(INGOT_ENTRY_EVALUATE);
    addValidation(*data, model, *options.validation_data,
                  options.validation_batch_size.value_or(options.batch_size));
  }
  data->training =
      streamOf(source, [&model, largest,
                        weights = options.class_weight](const Batch &batch) {
        Feed feed = bind(model, batch.x, batch.y, batch.sample_weight);
        if (feed.rows > largest)
          requireBatch(model, INGOT_ENTRY_TRAIN_STEP, "the number of samples",
                       feed.rows);
        applyClassWeights(model, feed, weights);
        return feed;
      });
  return data;
}

std::unique_ptr<Stream> ingot::rt::evaluationOf(const CompiledModel &model,
                                                BatchSource &source) {
  return streamOf(source, [&model](const Batch &batch) {
    return bind(model, batch.x, batch.y, batch.sample_weight);
  });
}

std::unique_ptr<Stream> ingot::rt::predictionOf(const CompiledModel &model,
                                                BatchSource &source) {
  return streamOf(source, [&model](const Batch &batch) {
    return bindInputs(model, batch.x);
  });
}
