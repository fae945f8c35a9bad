//===- ProfilerTest.cpp - time of each layer ------------------------------===//

#include "FakeModel.h"
#include "Throws.h"

#include <ingot/runtime.h>

#include <gtest/gtest.h>

#include <stdexcept>

using namespace ingot::rt;

namespace {

const Array x(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, {4, 2}),
    y(std::vector<float>{1, 2, 3, 4}, {4, 1});

TEST(Profiler, AddsUpWhatHooksTell) {
  Model model(fake::build({.hooks = true}));
  Profiler profiler({.verbose = 0});
  EXPECT_TRUE(profiler.layers().empty());
  model.fit(x, y,
            {.batch_size = 2, .epochs = 3, .verbose = 0, .callbacks = {profiler}});
  // Ids in the order of the model; the last is called by nobody.
  const std::vector<LayerTime> layers = profiler.layers();
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].layer, "dense");
  EXPECT_EQ(layers[0].direction, "forward");
  EXPECT_EQ(layers[0].calls, 6);
  EXPECT_EQ(layers[1].layer, "dense + line");
  EXPECT_EQ(layers[1].direction, "backward + update");
  EXPECT_EQ(layers[1].calls, 12);
  // The fake model waits in its second layer.
  EXPECT_GE(layers[1].seconds, 12 * fake::secondsInLayer);
  EXPECT_GE(profiler.seconds(), layers[0].seconds + layers[1].seconds);
}

TEST(Profiler, GoesOnFromOneVerbToTheNextAndThroughValidation) {
  Model model(fake::build({.hooks = true}));
  Profiler profiler({.verbose = 0});
  model.fit(x, y,
            {.batch_size = 4,
             .verbose = 0,
             .callbacks = {profiler},
             .validation_data = {{x, y}}});
  EXPECT_EQ(profiler.layers()[0].calls, 2) << "a step and a validation";
  model.evaluate(x, y, {.verbose = 0, .callbacks = {profiler}});
  model.predict(x, {.verbose = 0, .callbacks = {profiler}});
  EXPECT_EQ(profiler.layers()[0].calls, 4);
  // Who has no such callback is not measured.
  const double before = profiler.seconds();
  model.predict(x, {.verbose = 0});
  EXPECT_EQ(profiler.layers()[0].calls, 4);
  EXPECT_EQ(profiler.seconds(), before);
}

TEST(Profiler, TellsByTimeOrByModel) {
  Model model(fake::build({.hooks = true}));
  Profiler byTime({.verbose = 0}), byModel({.verbose = 0, .sort_by_time = false});
  model.train_on_batch(x, y);
  model.fit(x, y, {.batch_size = 4, .verbose = 0, .callbacks = {byTime}});
  model.fit(x, y, {.batch_size = 4, .verbose = 0, .callbacks = {byModel}});
  const auto at = [](const std::string &text, const char *word) {
    return text.find(word);
  };
  const std::string sorted = byTime.table(), plain = byModel.table();
  EXPECT_LT(at(sorted, "dense + line  backward + update"), at(sorted, "dense         forward"));
  EXPECT_LT(at(plain, "dense         forward"), at(plain, "dense + line  backward + update"));
  for (const std::string &text : {sorted, plain}) {
    EXPECT_EQ(text.substr(0, text.find('\n')),
              "layer         direction              calls       time    share");
    EXPECT_NE(at(text, "(no layer)"), std::string::npos);
    EXPECT_NE(at(text, "100.0 %"), std::string::npos);
  }
}

/// Throws in the validation of a fit.
struct Breaks : Callback {
  void on_test_batch_end(std::int64_t, const Metrics &) override {
    throw std::runtime_error("broken");
  }
};

TEST(Profiler, StopsAfterAThrowAndBeginsAnew) {
  Model model(fake::build({.hooks = true}));
  Profiler profiler({.verbose = 0});
  EXPECT_THROW(model.fit(x, y,
                         {.batch_size = 4,
                          .verbose = 0,
                          .callbacks = {profiler, Breaks()},
                          .validation_data = {{x, y}}}),
               std::runtime_error);
  EXPECT_EQ(profiler.layers()[0].calls, 2) << "a step and what was validated";
  const double before = profiler.seconds();
  model.predict(x, {.verbose = 0});
  EXPECT_EQ(profiler.layers()[0].calls, 2) << "hooks are off";
  EXPECT_EQ(profiler.seconds(), before);
  // It ends as the outermost verb again, so it prints.
  Profiler loud;
  EXPECT_THROW(model.evaluate(x, y, {.verbose = 0, .callbacks = {loud, Breaks()}}),
               std::runtime_error);
  testing::internal::CaptureStdout();
  model.predict(x, {.verbose = 0, .callbacks = {loud}});
  EXPECT_EQ(testing::internal::GetCapturedStdout().find("layer "), 0u);
  model.predict(x, {.verbose = 0});
  EXPECT_EQ(loud.layers()[0].calls, 2);
}

/// Evaluates amid a fit, and may be thrown out of it.
struct Evaluates : Callback {
  Evaluates(Profiler &profiler, bool breaks) : profiler(profiler), breaks(breaks) {}
  void on_epoch_end(int, Metrics &) override {
    Callbacks callbacks = {profiler};
    if (breaks)
      callbacks.push_back(Breaks());
    try {
      model().evaluate(x, y, {.verbose = 0, .callbacks = callbacks});
    } catch (const std::runtime_error &) {
    }
  }
  Profiler &profiler;
  bool breaks;
};

TEST(Profiler, GoesOnAfterAVerbInsideAnother) {
  for (bool breaks : {false, true}) {
    Model model(fake::build({.hooks = true}));
    Profiler profiler({.verbose = 0});
    model.fit(x, y,
              {.batch_size = 4,
               .epochs = 3,
               .verbose = 0,
               .callbacks = {profiler, Evaluates(profiler, breaks)}});
    EXPECT_EQ(profiler.layers()[0].calls, 6) << "steps and evaluations";
    model.predict(x, {.verbose = 0});
    EXPECT_EQ(profiler.layers()[0].calls, 6);
  }
}

TEST(Profiler, PrintsItAtTheEnd) {
  Model model(fake::build({.hooks = true}));
  testing::internal::CaptureStdout();
  model.predict(x, {.verbose = 0, .callbacks = {Profiler()}});
  EXPECT_EQ(testing::internal::GetCapturedStdout().find("layer "), 0u);
}

TEST(Profiler, NeedsAnObjectWithHooks) {
  Model model(fake::build());
  Profiler profiler;
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 4, .verbose = 0, .callbacks = {profiler}}),
                 "`line` calls no hooks, so there is no time of its layers; "
                 "compile it with `--instrument=layers`");
  // Before 1.3 there was no such field.
  ingot_model_desc *old = fake::build({.hooks = true});
  old->struct_size = offsetof(ingot_model_desc, layer_count);
  Model older(old);
  EXPECT_REFUSED(older.predict(x, {.verbose = 0, .callbacks = {profiler}}),
                 "`line` calls no hooks, so there is no time of its layers; "
                 "compile it with `--instrument=layers`");
}

} // namespace
