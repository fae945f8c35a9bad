//===- Fit.cpp - training over epochs ------------------------------------===//
//
// Model::fit: settles what is trained and validated on, then runs epochs. The
// object accumulates the values of an epoch itself; they are read at its end.
//
//===----------------------------------------------------------------------===//
#include "ModelImpl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

using namespace ingot::rt;

/// A number in [0, bound), the same with every standard library, which
/// std::uniform_int_distribution is not. Its bias is below bound / 2^64.
static std::int64_t drawBelow(std::int64_t bound, std::mt19937_64 &engine) {
  return static_cast<std::int64_t>(engine() %
                                   static_cast<std::uint64_t>(bound));
}

namespace {

/// What fit trains and validates on.
struct FitData {
  Feed training;
  std::optional<Feed> validation;
};

/// Deals the training samples out in batches, pass after pass.
class Dealer {
public:
  Dealer(const Feed &feed, const FitOptions &options, std::mt19937_64 &engine)
      : feed(feed), batchSize(options.batch_size), shuffles(options.shuffle),
        engine(engine),
        reader(feed, std::min<std::int64_t>(options.batch_size, feed.rows),
               options.shuffle) {
    if (shuffles) {
      order.resize(static_cast<std::size_t>(feed.rows));
      std::iota(order.begin(), order.end(), 0);
    }
  }

  std::int64_t batchesPerPass() const {
    return (feed.rows + batchSize - 1) / batchSize;
  }

  /// Starts a pass over all samples, in a new order if they are shuffled.
  void restart() {
    next = 0;
    if (shuffles)
      for (std::int64_t i = feed.rows - 1; i > 0; --i)
        std::swap(order[static_cast<std::size_t>(i)],
                  order[static_cast<std::size_t>(drawBelow(i + 1, engine))]);
  }

  /// Whether this pass has no batch left.
  bool isExhausted() const { return next == feed.rows; }

  /// The next batch of this pass.
  const BatchReader &deal() {
    const std::int64_t count = std::min(batchSize, feed.rows - next);
    if (shuffles)
      reader.at(std::span(order).subspan(static_cast<std::size_t>(next),
                                         static_cast<std::size_t>(count)));
    else
      reader.at(next, count);
    next += count;
    return reader;
  }

private:
  const Feed &feed;
  std::int64_t batchSize;
  bool shuffles;
  std::mt19937_64 &engine;
  BatchReader reader;
  std::vector<std::int64_t> order;
  std::int64_t next = 0;
};

} // namespace

static void checkOptions(const CompiledModel &model,
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

static FitData divide(const CompiledModel &model, const Arrays &x,
                      const Arrays &y, const FitOptions &options) {
  FitData data{bind(model, x, y, options.sample_weight), {}};
  if (options.validation_data) {
    const ValidationData &validation = *options.validation_data;
    data.validation =
        bind(model, validation.x, validation.y, validation.sample_weight);
  } else if (options.validation_split > 0) {
    const Feed all = std::move(data.training);
    const auto trained = static_cast<std::int64_t>(std::floor(
        static_cast<double>(all.rows) * (1 - options.validation_split)));
    if (trained == 0 || trained == all.rows)
      throw Error(fmt::format("`validation_split` is {} and divides {} samples "
                              "into {} to train and {} to validate; "
                              "neither may be 0",
                              options.validation_split, all.rows, trained,
                              all.rows - trained));
    data.training = all.slice(0, trained);
    data.validation = all.slice(trained, all.rows);
  }
  // An entry that is missing shall not be found out after the first epoch.
  if (data.validation)
    model.maxBatch(INGOT_ENTRY_EVALUATE);
  return data;
}

static void record(History &history, int epoch, const Metrics &values) {
  history.epoch.push_back(epoch);
  for (const auto &[name, value] : values) {
    std::vector<double> *list = history.history.find(name);
    if (!list)
      list = &history.history.add(name, {});
    list->push_back(value);
  }
}

History Model::fit(const Arrays &x, const Arrays &y,
                   const FitOptions &options) {
  CompiledModel &compiled = impl->compiled;
  checkOptions(compiled, options);
  const FitData data = divide(compiled, x, y, options);
  Dealer dealer(data.training, options, impl->shuffler);
  const std::int64_t steps =
      options.steps_per_epoch.value_or(dealer.batchesPerPass());
  Progress progress(options.verbose);
  History history;
  bool ranOut = false;

  for (int epoch = options.initial_epoch; epoch < options.epochs && !ranOut;
       ++epoch) {
    if (!options.steps_per_epoch || epoch == options.initial_epoch)
      dealer.restart();
    ranOut = dealer.isExhausted();
    if (ranOut)
      break;
    progress.begin(fmt::format("Epoch {}/{}", epoch + 1, options.epochs),
                   steps);
    compiled.resetMetrics();
    std::int64_t done = 0;
    while (done < steps && !dealer.isExhausted()) {
      impl->trainStep(dealer.deal());
      progress.step(++done, [&] { return compiled.metrics(); });
    }
    ranOut = done < steps;

    Metrics values = compiled.metrics();
    if (data.validation && (epoch + 1) % options.validation_freq == 0) {
      const Metrics validated = impl->evaluate(
          *data.validation,
          options.validation_batch_size.value_or(options.batch_size),
          options.validation_steps, nullptr);
      for (const auto &[name, value] : validated)
        values.add("val_" + name, value);
    }
    progress.end(done, values);
    record(history, epoch, values);
  }

  if (ranOut)
    fmt::print(stderr,
               "warning: the data ran out after {} batches; `steps_per_epoch` "
               "of {} for {} epochs needs {}\n",
               dealer.batchesPerPass(), steps,
               options.epochs - options.initial_epoch,
               steps * (options.epochs - options.initial_epoch));
  return history;
}
