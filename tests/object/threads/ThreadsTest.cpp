//===- ThreadsTest.cpp - an object for three threads, and its runtime -----===//
//
// tests/numeric/objects compares models of every kind; here is how often a call
// divides its work, and that training under the hosted runtime gives the same bits.
//
//===----------------------------------------------------------------------===//
#include "../AnyModel.h"
#include "alone.h"
#include "three.h"

#include <ingot/runtime.h>

#include <gtest/gtest.h>

using namespace ingot::test;
namespace rt = ingot::rt;

namespace {

/// Counts calls and does chunks in a row.
struct Host : ingot_host {
  explicit Host(uint32_t threads) : ingot_host{} {
    struct_size = sizeof(ingot_host);
    this->threads = threads;
    ctx = this;
    parallel_for = [](void *context, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
      auto *host = static_cast<Host *>(context);
      ++host->forks;
      host->mostChunks = std::max(host->mostChunks, count);
      for (uint32_t i = 0; i < count; ++i)
        body(argument, i);
    };
  }
  int forks = 0;
  uint32_t mostChunks = 0;
};

int32_t predict(const Host &host, int batch) {
  const ingot_model_desc *desc = three_model();
  Tensors in(desc, desc->inputs, desc->input_count, batch), out(desc, desc->outputs, desc->output_count, batch);
  GuardedBlock params(THREE_PARAMS_BYTES, THREE_ALIGN, Side::Back, 0);
  GuardedBlock arena(THREE_PREDICT_ARENA_BYTES, THREE_ALIGN, Side::Back, 0xA5);
  EXPECT_EQ(three_init(params.as<float>(), nullptr, 1), INGOT_OK);
  return entryOf<ingot_predict_fn>(desc, INGOT_ENTRY_PREDICT)(params.as<float>(), nullptr, in.pointers.data(),
                                                              out.pointers.data(), batch, arena.as(), &host);
}

TEST(Threads, AreAsManyAsTheCallHas) {
  static_assert(ALONE_THREADS == 1 && THREE_THREADS == 3);
  EXPECT_EQ(ingot_threads(alone_model()), 1u);
  EXPECT_EQ(ingot_threads(three_model()), 3u);
  for (uint32_t threads : {2u, 3u}) {
    const Host host(threads);
    EXPECT_EQ(predict(host, 64), INGOT_OK);
    EXPECT_EQ(host.forks, 1);
    EXPECT_EQ(host.mostChunks, threads);
  }
  EXPECT_EQ(predict(Host(4), 64), INGOT_TOO_MANY_THREADS);
}

TEST(Threads, AreNotAskedForLittleWork) {
  const Host host(3);
  EXPECT_EQ(predict(host, 1), INGOT_OK);
  EXPECT_EQ(host.forks, 0);
}

TEST(Threads, AreNotNeeded) {
  for (uint32_t threads : {0u, 1u}) {
    const Host host(threads);
    EXPECT_EQ(predict(host, 64), INGOT_OK);
    EXPECT_EQ(host.forks, 0);
  }
  Host without(3);
  without.parallel_for = nullptr;
  EXPECT_EQ(predict(without, 64), INGOT_OK);
}

/// Weights after some steps, the last of each epoch a partial one.
std::vector<float> trained(const ingot_model_desc *desc, int threads) {
  rt::Model model(desc, {.seed = 3, .threads = threads});
  std::vector<float> x(150 * 12 * 16);
  std::vector<std::int32_t> labels(150);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(i * 2654435761u >> 8 & 1023) / 1024.0f;
  for (size_t i = 0; i < labels.size(); ++i)
    labels[i] = static_cast<std::int32_t>(i * 7 % 5);
  model.fit(rt::Array(std::move(x), {150, 12, 16}), rt::Array(std::move(labels)),
            {.batch_size = 64, .epochs = 2, .verbose = 0});
  std::vector<float> weights;
  for (const auto &[name, weight] : model.get_weights())
    weights.insert(weights.end(), weight.f32().begin(), weight.f32().end());
  return weights;
}

TEST(Threads, GiveTheSameBitsUnderTheRuntime) {
  const std::vector<float> expected = trained(alone_model(), 0);
  for (int threads : {1, 2, 3})
    EXPECT_EQ(trained(three_model(), threads), expected) << threads << " threads";
}

} // namespace
