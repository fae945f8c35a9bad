//===- SameBitsTest.cpp - the C form beside the object --------------------===//
//
// Each of MODELS is in this program twice, NAME as an object and NAME_c as a compiler
// made it of C, and every entry of both gives the same bits: over training steps, and
// for gradients that are applied as a second half.
//
//===----------------------------------------------------------------------===//
#include "AnyModel.h"

#include <cstring>
#include <string>

#define MODEL(name) extern "C" const ingot_model_desc *name##_model(), *name##_c_model();
MODELS
#undef MODEL

using namespace ingot::test;

namespace {

constexpr int batch = 8, steps = 20;

/// A model with its blocks, after init.
class Learner {
public:
  explicit Learner(const ingot_model_desc *desc) : desc(desc) {
    EXPECT_EQ(entryOf<ingot_init_fn>(desc, INGOT_ENTRY_INIT)(params.as<float>(), state.as(), 7), INGOT_OK);
  }

  /// Gradients of a batch, and what the metrics say.
  Outcome gradients(uint32_t stream) {
    Tensors in(desc, desc->inputs, desc->input_count, batch);
    Tensors targets(desc, desc->targets, desc->target_count, batch, /*withWeights=*/true);
    GuardedBlock arena(desc->entries[INGOT_ENTRY_GRADIENTS].arena_bytes, desc->align, Side::Back, 0xA5);
    std::vector<ingot_mean> metrics(desc->metric_count);
    const int32_t status = entryOf<ingot_gradients_fn>(desc, INGOT_ENTRY_GRADIENTS)(
        params.as<float>(), state.as(), in.pointers.data(), targets.pointers.data(), batch, stream, grads.as<float>(),
        metrics.data(), arena.as(), nullptr);
    Bytes bytes = bytesOf(grads);
    const auto *means = reinterpret_cast<const unsigned char *>(metrics.data());
    bytes.insert(bytes.end(), means, means + metrics.size() * sizeof(ingot_mean));
    return {status, bytes};
  }

  int32_t apply() {
    GuardedBlock arena(desc->entries[INGOT_ENTRY_APPLY_GRADIENTS].arena_bytes, desc->align, Side::Back, 0xA5);
    return entryOf<ingot_apply_gradients_fn>(desc, INGOT_ENTRY_APPLY_GRADIENTS)(params.as<float>(), state.as(), grads.as<float>(),
                                                                               arena.as(), nullptr);
  }

  Bytes train(int count) { return trained(desc, params, state, count); }
  Bytes weights() { return bytesOf(params); }
  Bytes slots() { return bytesOf(state); }
  Outcome predicted(int size) { return predict(desc, params.as<float>(), size); }
  Outcome evaluated(int size) { return evaluate(desc, params.as<float>(), size); }
  Outcome predictedPrepared(int size) {
    GuardedBlock prepared(desc->prepared_bytes, desc->align, Side::Back, 0xA5);
    EXPECT_EQ(entryOf<ingot_prepare_fn>(desc, INGOT_ENTRY_PREPARE)(params.as<float>(), prepared.as()), INGOT_OK);
    return predict(desc, params.as<float>(), size, prepared.as());
  }

private:
  static Bytes bytesOf(GuardedBlock &block) {
    return {block.as<unsigned char>(), block.as<unsigned char>() + block.size()};
  }

  const ingot_model_desc *desc;
  GuardedBlock params{desc->params_bytes, desc->align, Side::Back, 0}, state{desc->state_bytes, desc->align, Side::Back, 0},
      grads{desc->params_bytes, desc->align, Side::Back, 0};
};

struct Pair {
  const char *name;
  const ingot_model_desc *object, *c;
};

class SameBits : public testing::TestWithParam<Pair> {
protected:
  void expectSame() {
    EXPECT_TRUE(c.weights() == object.weights());
    EXPECT_TRUE(c.slots() == object.slots());
  }
  Learner object{GetParam().object}, c{GetParam().c};
};

TEST_P(SameBits, Init) { expectSame(); }

TEST_P(SameBits, TrainStep) {
  const Bytes before = c.weights();
  EXPECT_TRUE(c.train(steps) == object.train(steps));
  expectSame();
  EXPECT_FALSE(c.weights() == before);
}

TEST_P(SameBits, PredictAndEvaluate) {
  c.train(2);
  object.train(2);
  for (int size : {1, 3, batch}) {
    SCOPED_TRACE(size);
    const Outcome predicted = object.predicted(size), evaluated = object.evaluated(size);
    EXPECT_EQ(predicted.status, INGOT_OK);
    EXPECT_EQ(evaluated.status, INGOT_OK);
    EXPECT_TRUE(c.predicted(size) == predicted);
    EXPECT_TRUE(c.predictedPrepared(size) == predicted);
    EXPECT_TRUE(c.evaluated(size) == evaluated);
  }
}

TEST_P(SameBits, GradientsAndTheirUpdate) {
  for (uint32_t step = 0; step < 3; ++step) {
    const Outcome expected = object.gradients(step % 2);
    EXPECT_EQ(expected.status, INGOT_OK);
    EXPECT_TRUE(c.gradients(step % 2) == expected);
    EXPECT_EQ(c.apply(), INGOT_OK);
    EXPECT_EQ(object.apply(), INGOT_OK);
    expectSame();
  }
}

/// What both describe but for where things are.
TEST_P(SameBits, Description) {
  const ingot_model_desc *object = GetParam().object, *c = GetParam().c;
  EXPECT_EQ(c->arch_hash, object->arch_hash);
  EXPECT_EQ(c->train_hash, object->train_hash);
  EXPECT_EQ(c->portable, 1u);
  const auto compare = [&](uint32_t cTable, uint32_t cCount, uint32_t table, uint32_t count) {
    ASSERT_EQ(cCount, count);
    for (uint32_t i = 0; i < count; ++i) {
      const ingot_tensor_desc &a = ingot_tensors(c, cTable)[i], &b = ingot_tensors(object, table)[i];
      EXPECT_STREQ(ingot_string(c, a.name), ingot_string(object, b.name));
      EXPECT_EQ(std::memcmp(&a.dtype, &b.dtype, sizeof a - offsetof(ingot_tensor_desc, dtype)), 0);
    }
  };
  compare(c->inputs, c->input_count, object->inputs, object->input_count);
  compare(c->outputs, c->output_count, object->outputs, object->output_count);
  compare(c->targets, c->target_count, object->targets, object->target_count);
  compare(c->variables, c->variable_count, object->variables, object->variable_count);
  compare(c->slots, c->slot_count, object->slots, object->slot_count);
  EXPECT_STREQ(ingot_string(c, c->summary), ingot_string(object, object->summary));
  for (unsigned entry = 0; entry < INGOT_ENTRY_COUNT; ++entry)
    EXPECT_EQ(!ingot_entry_address(c, entry), !ingot_entry_address(object, entry)) << entry;
}

#define MODEL(name) Pair{#name, name##_model(), name##_c_model()},
INSTANTIATE_TEST_SUITE_P(Models, SameBits, testing::ValuesIn(std::vector<Pair>{MODELS}),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
