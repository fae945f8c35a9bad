//===- HooksTest.cpp - what an object tells of its layers -----------------===//
//
// Objects of one network, for --instrument=layers and not: alone, for threads, and
// for little memory. Portable numerics, so all have the same bits.
//
//===----------------------------------------------------------------------===//
#include "../AnyModel.h"
#include "hooked.h"
#include "hooked_ram.h"
#include "hooked_threads.h"
#include "plain.h"

#include <ingot/runtime.h>

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>

using namespace ingot::test;
namespace rt = ingot::rt;

namespace {

/// Notes what hooks are called with, on which thread, and whether threads work meanwhile.
struct Host : ingot_host {
  explicit Host(uint32_t threads = 1) : ingot_host{} {
    struct_size = sizeof(ingot_host);
    this->threads = threads;
    ctx = this;
    before_layer = [](void *context, uint32_t id) { note(context, id, true); };
    after_layer = [](void *context, uint32_t id) { note(context, id, false); };
    parallel_for = [](void *context, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
      auto *host = static_cast<Host *>(context);
      ++host->forks;
      host->forked = true;
      std::vector<std::thread> others;
      for (uint32_t i = 0; i < count; ++i)
        others.emplace_back(body, argument, i);
      for (std::thread &other : others)
        other.join();
      host->forked = false;
    };
  }

  static void note(void *context, uint32_t id, bool begins) {
    auto *host = static_cast<Host *>(context);
    host->events.emplace_back(id, begins);
    host->misplaced += host->forked || std::this_thread::get_id() != host->caller;
  }

  std::vector<std::pair<uint32_t, bool>> events;
  int misplaced = 0, forks = 0;

private:
  std::thread::id caller = std::this_thread::get_id();
  bool forked = false;
};

/// All that a call writes.
struct Result {
  int32_t status;
  Bytes bytes;
  bool operator==(const Result &) const = default;
};

/// The blocks of one model, after `init`.
class Model {
public:
  explicit Model(const ingot_model_desc *desc, int batch = 8)
      : desc(desc), batch(batch), params(desc->params_bytes, desc->align, Side::Back, 0),
        state(desc->state_bytes, desc->align, Side::Back, 0), grads(desc->params_bytes, desc->align, Side::Back, 0),
        in(desc, desc->inputs, desc->input_count, batch), out(desc, desc->outputs, desc->output_count, batch),
        targets(desc, desc->targets, desc->target_count, batch, /*withWeights=*/true), metrics(desc->metric_count) {
    EXPECT_EQ(entryOf<ingot_init_fn>(desc, INGOT_ENTRY_INIT)(params.as<float>(), state.as(), 1), INGOT_OK);
  }

  Result call(ingot_entry entry, const ingot_host *host) {
    GuardedBlock arena(desc->entries[entry].arena_bytes, desc->align, Side::Back, 0xA5);
    const int32_t status = dispatch(entry, arena.as(), host);
    Bytes bytes = out.bytes();
    for (GuardedBlock *block : {&params, &state, &grads})
      bytes.insert(bytes.end(), block->as<unsigned char>(), block->as<unsigned char>() + block->size());
    const auto *means = reinterpret_cast<const unsigned char *>(metrics.data());
    bytes.insert(bytes.end(), means, means + metrics.size() * sizeof(ingot_mean));
    return {status, bytes};
  }

  int batchOfCalls() const { return batch; }
  void setBatch(int other) { batch = other; }

private:
  int32_t dispatch(ingot_entry entry, void *arena, const ingot_host *host) {
    const void *const *inputs = const_cast<const void *const *>(in.pointers.data());
    switch (entry) {
    case INGOT_ENTRY_PREDICT:
      return entryOf<ingot_predict_fn>(desc, entry)(params.as<float>(), nullptr, inputs, out.pointers.data(), batch, arena, host);
    case INGOT_ENTRY_EVALUATE:
      return entryOf<ingot_evaluate_fn>(desc, entry)(params.as<float>(), inputs, targets.pointers.data(), batch, metrics.data(),
                                                     arena, host);
    case INGOT_ENTRY_TRAIN_STEP:
      return entryOf<ingot_train_step_fn>(desc, entry)(params.as<float>(), state.as(), inputs, targets.pointers.data(), batch,
                                                       metrics.data(), arena, host);
    case INGOT_ENTRY_GRADIENTS:
      return entryOf<ingot_gradients_fn>(desc, entry)(params.as<float>(), state.as(), inputs, targets.pointers.data(), batch, 0,
                                                      grads.as<float>(), metrics.data(), arena, host);
    case INGOT_ENTRY_APPLY_GRADIENTS:
      return entryOf<ingot_apply_gradients_fn>(desc, entry)(params.as<float>(), state.as(), grads.as<float>(), arena, host);
    default:
      return -1;
    }
  }

  const ingot_model_desc *desc;
  int batch;
  GuardedBlock params, state, grads;
  Tensors in, out, targets;
  std::vector<ingot_mean> metrics;
};

constexpr ingot_entry entries[] = {INGOT_ENTRY_PREDICT, INGOT_ENTRY_EVALUATE, INGOT_ENTRY_TRAIN_STEP, INGOT_ENTRY_GRADIENTS,
                                   INGOT_ENTRY_APPLY_GRADIENTS};

std::vector<std::string> layersOf(const ingot_model_desc *desc, uint32_t id) {
  std::vector<std::string> names;
  std::string text = ingot_string(desc, ingot_layer(desc, id)->name);
  for (size_t end; (end = text.find(" + ")) != std::string::npos; text.erase(0, end + 3))
    names.push_back(text.substr(0, end));
  names.push_back(text);
  return names;
}

class Hooks : public testing::TestWithParam<const ingot_model_desc *> {
protected:
  /// The ids of one call, having checked that it calls in pairs.
  std::vector<uint32_t> idsOf(ingot_entry entry) {
    Host host(ingot_threads(GetParam()));
    EXPECT_EQ(Model(GetParam(), 64).call(entry, &host).status, INGOT_OK);
    EXPECT_EQ(host.misplaced, 0);
    std::vector<uint32_t> ids;
    EXPECT_EQ(host.events.size() % 2, 0u);
    for (size_t i = 0; i + 1 < host.events.size(); i += 2) {
      const auto [id, begins] = host.events[i];
      EXPECT_TRUE(begins && !host.events[i + 1].second && host.events[i + 1].first == id) << "at event " << i;
      EXPECT_LT(id, ingot_layer_count(GetParam()));
      ids.push_back(id);
    }
    EXPECT_FALSE(ids.empty());
    return ids;
  }

  /// Where in `ids` a layer works in a direction, alone or with others.
  std::vector<size_t> placesOf(const std::vector<uint32_t> &ids, const std::string &layer, uint32_t direction) {
    std::vector<size_t> places;
    for (size_t i = 0; i < ids.size(); ++i)
      if (ingot_layer(GetParam(), ids[i])->directions & direction && std::ranges::count(layersOf(GetParam(), ids[i]), layer))
        places.push_back(i);
    return places;
  }
};

const std::vector<std::string> inOrder = {"steps/encoder/inner", "memory", "shared", "middle", "y"};

TEST_P(Hooks, ComeInPairsInTheOrderOfTheWork) {
  for (ingot_entry entry : {INGOT_ENTRY_PREDICT, INGOT_ENTRY_EVALUATE, INGOT_ENTRY_TRAIN_STEP, INGOT_ENTRY_GRADIENTS}) {
    const std::vector<uint32_t> ids = idsOf(entry);
    size_t last = 0;
    for (const std::string &layer : inOrder) {
      const std::vector<size_t> places = placesOf(ids, layer, INGOT_FORWARD);
      ASSERT_FALSE(places.empty()) << layer << ", entry " << entry;
      EXPECT_LE(last, places.front()) << layer << ", entry " << entry;
      last = places.front();
    }
    // Again, behind another layer. What threads do together is one.
    const size_t middle = placesOf(ids, "middle", INGOT_FORWARD).back(), again = placesOf(ids, "shared", INGOT_FORWARD).back();
    EXPECT_TRUE(middle < again || (middle == again && ingot_threads(GetParam()) > 1));
  }
}

TEST_P(Hooks, GoBackwardsInTraining) {
  for (ingot_entry entry : {INGOT_ENTRY_TRAIN_STEP, INGOT_ENTRY_GRADIENTS}) {
    const std::vector<uint32_t> ids = idsOf(entry);
    // A batch may be done in parts, each forward and backward; sums over all parts are cleared
    // before the first.
    const size_t forward = placesOf(ids, "y", INGOT_FORWARD).front();
    size_t last = forward;
    for (const std::string &layer : {"y", "shared", "middle", "memory", "steps/encoder/inner"}) {
      std::vector<size_t> places = placesOf(ids, layer, INGOT_BACKWARD);
      std::erase_if(places, [&](size_t place) { return place < forward; });
      ASSERT_FALSE(places.empty()) << layer << ", entry " << entry;
      EXPECT_LE(last, places.front()) << layer << ", entry " << entry;
      last = places.front();
    }
    EXPECT_LT(placesOf(ids, "middle", INGOT_BACKWARD).front(), placesOf(ids, "shared", INGOT_BACKWARD).back());
    EXPECT_EQ(placesOf(ids, "shared", INGOT_UPDATE).empty(), entry == INGOT_ENTRY_GRADIENTS);
  }
}

TEST_P(Hooks, TellOfUpdatesAfterTheirGradients) {
  const std::vector<uint32_t> whole = idsOf(INGOT_ENTRY_TRAIN_STEP), half = idsOf(INGOT_ENTRY_APPLY_GRADIENTS);
  for (const std::string &layer : inOrder) {
    ASSERT_FALSE(placesOf(whole, layer, INGOT_UPDATE).empty()) << layer;
    EXPECT_LE(placesOf(whole, layer, INGOT_BACKWARD).front(), placesOf(whole, layer, INGOT_UPDATE).front()) << layer;
    EXPECT_FALSE(placesOf(half, layer, INGOT_UPDATE).empty()) << layer;
    EXPECT_TRUE(placesOf(half, layer, INGOT_FORWARD | INGOT_BACKWARD).empty()) << layer;
  }
}

TEST_P(Hooks, ChangeNoBits) {
  Host first, second;
  first.before_layer = nullptr;
  second.after_layer = nullptr;
  Host both(ingot_threads(GetParam())), neither;
  neither.before_layer = neither.after_layer = nullptr;
  const ingot_host *hosts[] = {nullptr, &neither, &first, &second, &both};
  for (ingot_entry entry : entries) {
    Model plain(plain_model());
    const Result expected = plain.call(entry, nullptr);
    EXPECT_EQ(expected.status, INGOT_OK);
    for (const ingot_host *host : hosts)
      EXPECT_TRUE(Model(GetParam()).call(entry, host) == expected) << "entry " << entry;
  }
  EXPECT_EQ(neither.events.size(), 0u);
  EXPECT_EQ(first.events.size() + second.events.size(), both.events.size());
}

TEST_P(Hooks, AreNotCalledByWhatIsRefused) {
  Host host;
  for (ingot_entry entry : {INGOT_ENTRY_PREDICT, INGOT_ENTRY_EVALUATE, INGOT_ENTRY_TRAIN_STEP, INGOT_ENTRY_GRADIENTS}) {
    Model model(GetParam());
    model.setBatch(65);
    EXPECT_EQ(model.call(entry, &host).status, INGOT_BATCH_OUT_OF_RANGE);
  }
  EXPECT_EQ(host.events.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(, Hooks, testing::Values(hooked_model(), hooked_threads_model(), hooked_ram_model()),
                         [](const auto &info) -> std::string {
                           return info.param == hooked_model() ? "Alone" : info.param == hooked_ram_model() ? "Ram" : "Threads";
                         });

TEST(HooksOfThreads, AreOutsideOfForks) {
  Host host(3);
  EXPECT_EQ(Model(hooked_threads_model(), 64).call(INGOT_ENTRY_TRAIN_STEP, &host).status, INGOT_OK);
  EXPECT_GT(host.forks, 0) << "else the test shows nothing";
  EXPECT_EQ(host.misplaced, 0);
}

TEST(HooksOfNone, AreNotCalled) {
  EXPECT_EQ(ingot_layer_count(plain_model()), 0u);
  Host host;
  for (ingot_entry entry : entries)
    EXPECT_EQ(Model(plain_model()).call(entry, &host).status, INGOT_OK);
  EXPECT_EQ(host.events.size(), 0u);
#ifdef PLAIN_LAYERS
  ADD_FAILURE() << "the header lists layers";
#endif
}

TEST(HooksInTheHeader, AreThoseOfTheDescriptor) {
  std::vector<std::tuple<uint32_t, std::string, uint32_t>> listed, described;
#define ROW(id, name, directions) listed.emplace_back(id, name, directions);
  HOOKED_LAYERS(ROW)
#undef ROW
  for (uint32_t id = 0; id < ingot_layer_count(hooked_model()); ++id) {
    const ingot_layer_desc &layer = *ingot_layer(hooked_model(), id);
    described.emplace_back(id, ingot_string(hooked_model(), layer.name), layer.directions);
  }
  EXPECT_EQ(HOOKED_LAYER_COUNT, described.size());
  EXPECT_EQ(listed, described);
}

TEST(HooksOfASelfTest, AreThereAndItPasses) {
  GuardedBlock params(HOOKED_RAM_PARAMS_BYTES, HOOKED_RAM_ALIGN, Side::Back, 0xA5);
  GuardedBlock state(HOOKED_RAM_STATE_BYTES, HOOKED_RAM_ALIGN, Side::Back, 0xA5);
  GuardedBlock arena(HOOKED_RAM_SELFTEST_ARENA_BYTES, HOOKED_RAM_ALIGN, Side::Back, 0xA5);
  float worst = -1;
  EXPECT_EQ(hooked_ram_selftest(params.as<float>(), state.as(), arena.as(), &worst), INGOT_OK);
  EXPECT_EQ(worst, 0);
}

/// The profiler's sums are those of calls that one counts oneself.
TEST(HooksUnderTheRuntime, AreCounted) {
  rt::Model model(hooked_model(), {.seed = 1});
  const rt::Array x(std::vector<float>(150 * 5 * 6, 0.5f), {150, 5, 6});
  const rt::Array y(std::vector<std::int32_t>(150, 1));
  rt::Profiler profiler({.verbose = 0});
  model.fit(x, y, {.batch_size = 64, .epochs = 2, .verbose = 0, .callbacks = {profiler}});

  Host host;
  EXPECT_EQ(Model(hooked_model()).call(INGOT_ENTRY_TRAIN_STEP, &host).status, INGOT_OK);
  std::map<uint32_t, std::int64_t> calls;
  for (const auto &[id, begins] : host.events)
    calls[id] += begins ? 2 * 3 : 0;
  std::vector<std::int64_t> expected, counted;
  for (const auto &[id, count] : calls)
    expected.push_back(count);
  double layers = 0;
  for (const rt::LayerTime &row : profiler.layers()) {
    counted.push_back(row.calls);
    layers += row.seconds;
  }
  EXPECT_EQ(counted, expected);
  EXPECT_GT(layers, 0);
  EXPECT_LE(layers, profiler.seconds());
}

} // namespace
