//===- data.cpp - data that does not fit a compiled model ------------------===//
//
// What ingot::rt says is a sentence without a place: data has no line.
//
//===----------------------------------------------------------------------===//

#include "topics.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>

using namespace ingot::rt;

static std::map<std::string, std::function<void(Model &)>> &mistakes() {
  static std::map<std::string, std::function<void(Model &)>> all;
  return all;
}

namespace {
struct Mistake {
  Mistake(const char *name, void (*run)(Model &)) { mistakes().emplace(name, run); }
};
} // namespace

#define MISTAKE(name)                                                                                                  \
  static void name(Model &model);                                                                                      \
  static const Mistake name##Mistake(#name, &name);                                                                    \
  static void name(Model &model)

/// Four samples that are right.
static const std::vector<std::int32_t> words(4 * 6, 7);
static const std::vector<float> hours(4 * 2, 0.5f);
static const std::vector<std::int32_t> topic = {0, 1, 2, 0};
static const std::vector<float> score(4, 1.0f);

static Array asWords(const std::vector<std::int32_t> &values) { return Array(values, {-1, 6}); }
static Array asHours() { return Array(hours, {-1, 2}); }

MISTAKE(input_missing) {
  model.predict({asWords(words)});
}
//: error: 1 input was given and `topics` has 2: `words`, `hours`

MISTAKE(input_of_another_name) {
  model.predict({{"word", asWords(words)}, {"hours", asHours()}});
}
//: error: `topics` has no input `word`; it has `words`, `hours`; did you mean `words`?

MISTAKE(input_of_another_shape) {
  model.predict({Array(words, {-1, 4}), asHours()});
}
//: error: input `words` has shape [6, 4]; must be [batch, 6]

MISTAKE(input_of_another_type) {
  const std::vector<double> numbers(4 * 6, 0.5);
  model.predict({Array(numbers, {-1, 6}), asHours()});
}
//: error: input `words` is f32; must be i32

MISTAKE(numbers_of_rows) {
  const std::vector<std::int32_t> more(5 * 6, 1);
  model.predict({asWords(more), asHours()});
}
//: error: input `hours` has 4 rows and input `words` has 5; must be equal

MISTAKE(numbers_of_rows_of_a_target) {
  model.fit({asWords(words), asHours()}, {std::vector<std::int32_t>{0, 1, 2}, score}, {.verbose = 0});
}
//: error: target `topic` has 3 rows and input `words` has 4; must be equal

MISTAKE(index_out_of_range) {
  std::vector<std::int32_t> wrong = words;
  wrong[6 * 2 + 3] = 50;
  model.predict({asWords(wrong), asHours()});
}
//: error: `predict` of `topics` refused the call: an index is not in [0, rows); row 2 of input `words` has 50; must be in [0, 50)

MISTAKE(label_out_of_range) {
  model.fit({asWords(words), asHours()}, {std::vector<std::int32_t>{0, 1, 3, 0}, score},
            {.verbose = 0, .shuffle = false});
}
//: error: `train_step` of `topics` refused the call: a label is not in [0, classes); row 2 of target `topic` has 3; must be in [0, 3)

MISTAKE(target_of_another_name) {
  model.fit({asWords(words), asHours()}, {{"topics", topic}, {"score", score}}, {.verbose = 0});
}
//: error: `topics` has no target `topics`; it has `topic`, `score`; did you mean `topic`?

MISTAKE(batch_size_too_large) {
  model.fit({asWords(words), asHours()}, {topic, score}, {.batch_size = 64, .verbose = 0});
}
//: error: `batch_size` is 64 and `train_step` of `topics` was compiled for at most 32; compile with `--max-batch=train_step:64` to go up to it

MISTAKE(batch_size_zero) {
  model.fit({asWords(words), asHours()}, {topic, score}, {.batch_size = 0, .verbose = 0});
}
//: error: `batch_size` is 0; must be positive

MISTAKE(validation_split_of_all) {
  model.fit({asWords(words), asHours()}, {topic, score}, {.verbose = 0, .validation_split = 1});
}
//: error: `validation_split` is 1; must be in [0, 1)

MISTAKE(sample_weight_shape) {
  model.fit({asWords(words), asHours()}, {topic, score},
            {.verbose = 0, .sample_weight = {{"topic", std::vector<float>{1, 2}}}});
}
//: error: `sample_weight` of `topic` has shape [2]; must be [4], one for each sample

MISTAKE(metric_that_is_not_there) {
  const Metrics metrics = model.evaluate({asWords(words), asHours()}, {topic, score}, {.verbose = 0});
  (void)metrics["topic_los"];
}
//: error: there is no `topic_los`; there is `loss`, `topic_loss`, `score_loss`; did you mean `topic_loss`?

MISTAKE(file_that_is_not_there) {
  (void)model;
  (void)read_idx("images.idx");
}
//: error: `images.idx` cannot be opened

MISTAKE(file_that_is_cut) {
  (void)model;
  std::ofstream("cut.idx", std::ios::binary) << std::string("\0\0\x08\x03\0\0", 6);
  (void)read_idx("cut.idx");
}
//: error: `cut.idx` is truncated: it has 0 of 3 extents

MISTAKE(file_of_another_kind) {
  (void)model;
  std::ofstream("text.idx", std::ios::binary) << "this is no data\n";
  (void)read_idx("text.idx");
}
//: error: `text.idx` is no IDX file: it does not begin with two zero bytes, a type and a number of dimensions

int main(int argc, char **argv) {
  const auto found = argc == 2 ? mistakes().find(argv[1]) : mistakes().end();
  if (found == mistakes().end())
    return 125;
  Model model(topics_model());
  try {
    found->second(model);
  } catch (const Error &error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    std::remove("cut.idx");
    std::remove("text.idx");
    return 1;
  }
  return 0;
}
