//===- StackTest.cpp - no call is deeper than the report says --------------===//
//
// Usage: StackTest REPORT. A call goes down from where its caller pushed the return
// address; a function of ours that is called in its place says where that is.
//
//===----------------------------------------------------------------------===//

#include "PaintedStack.h"
#include "Session.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <tuple>

using namespace ingot::test;
using nlohmann::json;

namespace {

json report;

json stackOf(const std::string &entry) {
  for (const json &linked : report["linked"])
    if (linked["entry"] == entry)
      return linked["stack"];
  ADD_FAILURE() << "there is no " << entry;
  return {};
}

/// Where the callee's part begins, return address included.
uintptr_t beginOfCallee;

template <typename... Arguments> __attribute__((noinline)) int32_t probe(Arguments...) {
  // The frame begins with the saved frame pointer, behind the return address.
  beginOfCallee = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 2 * sizeof(void *);
  return INGOT_OK;
}

__attribute__((noinline)) void probeBody(void *, uint32_t) {
  beginOfCallee = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 2 * sizeof(void *);
}

/// Bytes that `entry` takes of the stack.
template <typename... Arguments>
int64_t measure(int32_t (*entry)(Arguments...), std::type_identity_t<Arguments>... arguments) {
  PaintedStack stack;
  int32_t (*volatile callee)(Arguments...) = probe<Arguments...>;
  int32_t status = -1;
  const auto call = [&] { status = callee(arguments...); };
  stack.run(call);
  callee = entry;
  stack.run(call);
  EXPECT_EQ(status, INGOT_OK);
  return static_cast<int64_t>(beginOfCallee - stack.lowest());
}

/// Not more than is said; and what is said is no guess: most of it is used.
void expectNear(int64_t measured, const std::string &entry, const char *what = "bytes") {
  const int64_t said = stackOf(entry)[what];
  EXPECT_LE(measured, said) << entry;
  EXPECT_GE(measured, said / 2) << entry;
  std::printf("%s: %lld of %lld bytes\n", entry.c_str(), static_cast<long long>(measured), static_cast<long long>(said));
}

struct Stack : ::testing::Test {
  Stack() : session(Side::Back, 0xA5), samples(0, MNIST_MAX_BATCH, Side::Back) {}
  Session session;
  Samples samples;
  GuardedBlock arena{std::max<size_t>(MNIST_TRAIN_STEP_ARENA_BYTES, MNIST_GRADIENTS_ARENA_BYTES), MNIST_ALIGN, Side::Back, 0xA5};
  std::vector<float> digits = std::vector<float>(MNIST_MAX_BATCH * kClasses);
  mnist_outputs out = {.digit = digits.data()};
};

TEST_F(Stack, OfEachEntry) {
  const mnist_inputs in = samples.inputs();
  const mnist_targets targets = samples.targets();
  float *params = session.params.as<float>();
  void *state = session.state.as();
  const int32_t batch = MNIST_MAX_BATCH;
  expectNear(measure(mnist_init, params, state, 1), "init");
  expectNear(measure(mnist_predict, params, nullptr, &in, &out, batch, arena.as(), nullptr), "predict");
  expectNear(measure(mnist_evaluate, params, &in, &targets, batch, &session.metrics, arena.as(), nullptr), "evaluate");
  expectNear(measure(mnist_train_step, params, state, &in, &targets, batch, &session.metrics, arena.as(), nullptr), "train_step");
  expectNear(measure(mnist_gradients, params, state, &in, &targets, batch, 0u, session.grads.as<float>(), &session.metrics,
                     arena.as(), nullptr), "gradients");
  expectNear(measure(mnist_apply_gradients, params, state, session.grads.as<float>(), arena.as(), nullptr), "apply_gradients");
}

/// A host that runs each body on a stack of its own, and says what it took.
struct Host {
  PaintedStack stack;
  int64_t deepest = 0;

  static void runBodies(void *self, uint32_t n, void (*body)(void *, uint32_t), void *argument) {
    Host &host = *static_cast<Host *>(self);
    for (uint32_t i = 0; i < n; ++i) {
      void (*volatile callee)(void *, uint32_t) = probeBody;
      const auto call = [&] { callee(argument, i); };
      host.stack.run(call);
      callee = body;
      host.stack.run(call);
      host.deepest = std::max(host.deepest, static_cast<int64_t>(beginOfCallee - host.stack.lowest()));
    }
  }
};

TEST_F(Stack, OfAnotherThread) {
  if (MNIST_THREADS < 2) {
    EXPECT_EQ(stackOf("train_step")["thread_bytes"], 0);
    EXPECT_TRUE(stackOf("train_step")["not_counted"].empty());
    return;
  }
  Host own;
  const ingot_host host = {sizeof host, MNIST_THREADS, &own, Host::runBodies, nullptr, nullptr};
  const mnist_inputs in = samples.inputs();
  const mnist_targets targets = samples.targets();
  ASSERT_EQ(mnist_train_step(session.params.as<float>(), session.state.as(), &in, &targets, MNIST_MAX_BATCH, &session.metrics,
                             arena.as(), &host), INGOT_OK);
  EXPECT_GT(own.deepest, 0);
  expectNear(own.deepest, "train_step", "thread_bytes");
  EXPECT_EQ(stackOf("train_step")["not_counted"], json::array({"parallel_for"}));
}

} // namespace

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::ifstream stream(argv[1]);
  report = json::parse(stream);
  return RUN_ALL_TESTS();
}
