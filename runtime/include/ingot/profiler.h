//===- profiler.h - time of each layer -------------------------*- C++ -*-===//
//
// Measures where calls of a compiled model spend their time, by layer and
// direction. The model must have been compiled with --instrument=layers:
//
//   rt::Profiler profiler;
//   model.fit(x, y, {.epochs = 2, .callbacks = {profiler}});
//
//   layer      direction   calls       time   share
//   dense      backward      938   210.4 ms   44.1 %
//   ...
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/callback.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ingot::rt {

class CompiledModel;
class LayerClock;

struct ProfilerOptions {
  /// 0: silent; 1: prints the table when the verb ends.
  int verbose = 1;
  /// Those that take longest first; false: in the order of the model.
  bool sort_by_time = true;
};

/// What a layer, or several that are one loop, took in one direction.
struct LayerTime {
  std::string layer;     ///< "dense", "dense + dense_1", or the model's name
  std::string direction; ///< "forward", "backward", "update", "backward + update"
  std::int64_t calls = 0;
  double seconds = 0;
};

/// Measures what `fit`, `evaluate` or `predict` that it is a callback of calls,
/// and adds to what it has measured before.
class Profiler : public Callback {
public:
  explicit Profiler(ProfilerOptions options = {});
  ~Profiler() override;

  /// Layers in the order of the model, those that were called.
  std::vector<LayerTime> layers() const;
  /// All time in calls of the model, that of no layer included.
  double seconds() const;
  /// layers() and what is left, as text.
  std::string table() const;

  void set_model(Model &model) override;
  void on_leave() noexcept override;
  /// Throw Error if the model was compiled without --instrument=layers.
  void on_train_begin() override { begin(); }
  void on_test_begin() override { begin(); }
  void on_predict_begin() override { begin(); }
  void on_train_end(const Metrics &) override { end(); }
  void on_test_end(const Metrics &) override { end(); }
  void on_predict_end() override { end(); }

private:
  void begin();
  void end();
  void stop() noexcept;

  ProfilerOptions options;
  /// Shared with the model that is measured, which may outlive this.
  std::shared_ptr<LayerClock> clock;
  /// Whose hooks measure; null: nobody's.
  CompiledModel *measured = nullptr;
  /// Verbs that are under way: fit validates.
  int depth = 0;
  /// How many were when each of those began that this is a callback of.
  std::vector<int> depths;
};

} // namespace ingot::rt
