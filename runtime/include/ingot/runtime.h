//===- runtime.h - training and inference of compiled models ---*- C++ -*-===//
//
// The hosted runtime: owns the memory of a compiled model and offers Keras'
// verbs on it. Arguments are Keras' own, as designated initializers in the
// order of Keras' signatures.
//
//   #include "mnist.h"                      // written by the compiler
//   #include <ingot/runtime.h>
//
//   ingot::rt::Model model(mnist_model());
//   auto history = model.fit(x_train, y_train,
//                            {.batch_size = 256,
//                             .epochs = 10,
//                             .validation_data = {{x_test, y_test}}});
//   double accuracy = history.history["val_accuracy"].back();
//
// Arrays have samples as their first dimension and otherwise the shape of the
// model's input or target; dimensions of extent 1 at the end may be there or
// not. Several stand in the model's order or under their names, everywhere:
//
//   model.fit({headlines, hours}, {shares, likes});
//   model.fit({{"hours", hours}, {"headlines", headlines}},
//             {{"likes", likes}, {"shares", shares}},
//             {.sample_weight = {{"likes", weights}}});
//
// Targets are the outputs that have a loss. Every mistake throws Error. A Model
// is used by one thread at a time; different Models, also of the same
// descriptor, are independent.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/abi.h"
#include "ingot/array.h"
#include "ingot/callbacks.h"
#include "ingot/checkpoints.h"
#include "ingot/error.h"
#include "ingot/gradients.h"
#include "ingot/history.h"
#include "ingot/named_list.h"
#include "ingot/profiler.h"
#include "ingot/source.h"
#include "ingot/weights.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ingot::rt {

struct ModelOptions {
  /// Seed of the initial weights and of the order of shuffled samples.
  std::uint64_t seed = 0;
  /// Threads of each call, at most those that the model was compiled for
  /// (`--threads`). 0: that number, or OpenMP's if it is smaller, which is that of
  /// the cores or OMP_NUM_THREADS. Results do not depend on it.
  int threads = 0;
};

/// One array for each output of the model, rows in the order of the inputs.
using Predictions = NamedList<Array>;

/// Data to validate with: {{x, y}}, {{x, y, sample_weight}} or
/// {{.source = &source}}, which goes before the others.
struct ValidationData {
  Arrays x = {};
  Arrays y = {};
  Arrays sample_weight = {};
  BatchSource *source = nullptr;
};

/// Keras' `shuffle`: true, false or "batch".
class Shuffle {
public:
  enum class Mode {
    None,    ///< the samples as they stand
    Samples, ///< a new order of all in each pass
    Batches  ///< the batches as they stand, in each a new order
  };

  Shuffle(bool all) : chosen(all ? Mode::Samples : Mode::None) {}
  /// Throws Error unless `text` is "batch".
  Shuffle(const char *text);

  Mode mode() const { return chosen; }

private:
  Mode chosen;
};

struct FitOptions {
  /// Samples of one optimizer step; the last batch of an epoch may be smaller.
  /// At most what `train_step` was compiled for.
  int batch_size = 32;
  /// Number of the epoch to stop before, from `initial_epoch`.
  int epochs = 1;
  /// 0: silent; 1: a progress line on a terminal, one line an epoch elsewhere;
  /// 2: one line an epoch.
  int verbose = 1;
  /// Called in their order; callbacks.h has Keras' own, callback.h the hooks.
  Callbacks callbacks = {};
  /// Part of the samples, in (0, 1), that is kept for validation: the last
  /// ones, before any shuffling. 0: none.
  double validation_split = 0;
  /// Takes precedence over `validation_split`. Never shuffled.
  std::optional<ValidationData> validation_data = {};
  /// true: a new order of all training samples in each pass over them; "batch":
  /// a new order inside each batch.
  Shuffle shuffle = true;
  /// The weight of samples by their label; those of other labels weigh 1. For a
  /// model of one target that is a label: i32, f32 in one column, or one-hot
  /// rows. Not for validation. Default: none.
  std::map<int, float> class_weight = {};
  /// One number a sample: one array for all targets, a list with one for each,
  /// or by name for those named. Multiplies the sample's loss; the divisor
  /// stays the number of samples.
  Arrays sample_weight = {};
  int initial_epoch = 0;
  /// Batches of one epoch. The next epoch goes on where it stopped. Data that
  /// ends with an epoch begins anew; if it ends inside of one, `fit` warns on
  /// stderr and returns after that epoch. Default: all.
  std::optional<int> steps_per_epoch = {};
  /// Batches of one validation. Default: all.
  std::optional<int> validation_steps = {};
  /// Default: `batch_size`.
  std::optional<int> validation_batch_size = {};
  /// Validate after every that many epochs.
  int validation_freq = 1;
};

struct EvaluateOptions {
  /// A batch above what `evaluate` was compiled for is sliced.
  int batch_size = 32;
  /// As for fit.
  int verbose = 1;
  Arrays sample_weight = {};
  /// Batches to evaluate. Default: all.
  std::optional<int> steps = {};
  Callbacks callbacks = {};
};

struct PredictOptions {
  /// A batch above what `predict` was compiled for is sliced.
  int batch_size = 32;
  /// As for fit. Silent by default, unlike Keras: programs predict in loops.
  int verbose = 0;
  /// Batches to predict. Default: all.
  std::optional<int> steps = {};
  Callbacks callbacks = {};
};

struct BatchOptions {
  Arrays sample_weight = {};
};

/// A compiled model with its weights, optimizer state and working memory.
class Model {
public:
  /// Allocates all memory the model will need and draws its weights. `desc` is
  /// what NAME_model() returns and must outlive the Model. Throws Error if it
  /// is null or was compiled for another ABI.
  explicit Model(const ingot_model_desc *desc, ModelOptions options = {});
  ~Model();
  Model(Model &&) noexcept;
  Model &operator=(Model &&) noexcept;

  /// Name of the model.
  std::string_view name() const;
  /// The table that Keras' summary() prints, with a line break at its end.
  std::string_view summary() const;
  /// What the model was made of.
  const ingot_model_desc &desc() const;

  /// Trains. The values of an epoch are means over its samples, each taken
  /// before the update of its batch. Throws Error before the first step if
  /// arrays, names or options do not fit; during training if a label or index
  /// is out of range, naming the sample; the steps before it have been done.
  History fit(const Arrays &x, const Arrays &y, const FitOptions &options = {});

  /// The same with the batches of `source`, as large and in the order in which
  /// they come. `batch_size` and `shuffle` mean nothing then;
  /// `validation_split` and `sample_weight` are refused. What the source
  /// throws, fit throws as an Error that names the batch; the steps before it
  /// have been done.
  History fit(BatchSource &source, const FitOptions &options = {});

  /// Loss and metrics over all samples, in inference mode.
  Metrics evaluate(const Arrays &x, const Arrays &y,
                   const EvaluateOptions &options = {});
  Metrics evaluate(BatchSource &source, const EvaluateOptions &options = {});

  /// Outputs for all samples, in inference mode.
  Predictions predict(const Arrays &x, const PredictOptions &options = {});
  Predictions predict(BatchSource &source, const PredictOptions &options = {});

  /// One optimizer step on all of `x`. Returns the values of this batch alone,
  /// before the update. The number of samples is at most what `train_step` was
  /// compiled for.
  Metrics train_on_batch(const Arrays &x, const Arrays &y,
                         const BatchOptions &options = {});

  /// The values of this batch alone, in inference mode.
  Metrics test_on_batch(const Arrays &x, const Arrays &y,
                        const BatchOptions &options = {});

  /// Outputs for all of `x` in as few calls as possible.
  Predictions predict_on_batch(const Arrays &x);

  /// The first half of train_on_batch: the gradient of the loss, and the values
  /// of this batch. The number of samples is at most what `gradients` was
  /// compiled for. Weights and state stay as they are.
  Gradients gradients(const Arrays &x, const Arrays &y,
                      const GradientsOptions &options = {});

  /// The second half: one optimizer step with these gradients, which may be of
  /// another Model of the same network. Throws Error if they are of no samples
  /// or of a network with other weights.
  void apply_gradients(const Gradients &gradients);

  /// Copies of all weights by name ("dense/kernel"), in the model's order.
  NamedList<Array> get_weights() const;

  /// Overwrites weights: all of them in order, or any number by name. Nothing
  /// is written if one does not fit.
  void set_weights(const Arrays &weights);

  /// Writes all weights as safetensors, under the names of get_weights; see
  /// weights.h.
  void save_weights(const std::filesystem::path &path) const;
  /// Overwrites weights with those of a safetensors file, by name. Throws
  /// Error, with nothing changed, if the file is refused, or is not allowed to
  /// differ from the model as it does.
  WeightsReport load_weights(const std::filesystem::path &path,
                             const LoadWeightsOptions &options = {});

  /// Writes weights and optimizer state, and what the order of samples follows
  /// from. Inside of a fit, ModelCheckpoint and BackupAndRestore write where
  /// the fit stands, too.
  void save_checkpoint(const std::filesystem::path &path) const;
  /// Goes on from a checkpoint, also one that a callback wrote: weights and
  /// optimizer become those of it. Returns all that is in it, so that a fit can
  /// be given its `epoch` as `initial_epoch`. Throws Error, with nothing
  /// changed, if the file is refused or is of another model.
  FitState load_checkpoint(const std::filesystem::path &path);

  float learning_rate() const;
  void set_learning_rate(float value);

  /// A callback sets it to end the fit that is under way: after the batch, with
  /// the validation and the end of its epoch. Every fit begins with false.
  bool stop_training = false;

private:
  friend class Fitting;
  friend class Profiler;
  struct Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace ingot::rt
