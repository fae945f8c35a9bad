//===- FitData.cpp - what fit trains and validates on --------------------===//
#include "FitData.h"
#include "ModelImpl.h"

#include <fmt/format.h>

#include <cmath>

using namespace ingot::rt;

Shuffle::Shuffle(const char *text) : chosen(Mode::Batches) {
  if (std::string_view(text) != "batch")
    throw Error(fmt::format(
        "`shuffle` is \"{}\"; must be true, false or \"batch\"", text));
}

void ingot::rt::checkOptions(const CompiledModel &model,
                             const FitOptions &options) {
  requirePositive("batch_size", options.batch_size);
  requireBatch(model, INGOT_ENTRY_TRAIN_STEP, "`batch_size`",
               options.batch_size);
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

std::unique_ptr<FitData> ingot::rt::divide(const CompiledModel &model,
                                           const Arrays &x, const Arrays &y,
                                           const FitOptions &options) {
  auto data = std::make_unique<FitData>();
  data->trainingFeed = bind(model, x, y, options.sample_weight);
  const bool validates =
      options.validation_data || options.validation_split > 0;
  if (options.validation_data) {
    const ValidationData &given = *options.validation_data;
    data->validationFeed = bind(model, given.x, given.y, given.sample_weight);
  } else if (validates) {
    split(*data, options.validation_split);
  }
  data->training =
      streamOf(data->trainingFeed, options.batch_size, options.shuffle);
  if (validates) {
    // An entry that is missing shall not be found out after the first epoch.
    model.maxBatch(INGOT_ENTRY_EVALUATE);
    data->validation =
        streamOf(data->validationFeed,
                 options.validation_batch_size.value_or(options.batch_size));
  }
  return data;
}
