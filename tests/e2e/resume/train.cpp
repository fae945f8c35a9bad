//===- train.cpp - trains a model, and goes on if it was killed -----------===//
//
//   train MODEL DIRECTORY    MODEL: digits, words
//
// Leaves in DIRECTORY: final.safetensors, weights and optimizer state;
// best.safetensors, what ModelCheckpoint kept; history.txt, every value to the
// bit. The data is the same in each run.
//
//===----------------------------------------------------------------------===//
#include "resume_digits.h"
#include "resume_words.h"

#include <ingot/runtime.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

namespace rt = ingot::rt;

/// A number in [0, below) that depends on `index` alone.
static std::uint32_t hashed(std::uint32_t index, std::uint32_t below) {
  std::uint32_t x = index * 0x9E3779B9u + 0x7F4A7C15u;
  x = (x ^ x >> 16) * 0x85EBCA6Bu;
  x = (x ^ x >> 13) * 0xC2B2AE35u;
  return (x ^ x >> 16) % below;
}

struct Data {
  rt::Array x, y;
};

/// The label is the quarter that has the largest sum.
static Data makeDigits(std::uint32_t rows) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::uint32_t row = 0; row < rows; ++row) {
    float sums[4] = {};
    for (std::uint32_t i = 0; i < 16; ++i) {
      x.push_back(static_cast<float>(hashed(row * 16 + i, 1000)) / 1000);
      sums[i / 4] += x.back();
    }
    y.push_back(static_cast<std::int32_t>(std::max_element(sums, sums + 4) - sums));
  }
  return {rt::Array(std::move(x), {rows, 16}), rt::Array(std::move(y))};
}

/// The label tells whether the words are more even than odd. Few words are
/// frequent, so rows of the table are of different steps.
static Data makeWords(std::uint32_t rows) {
  std::vector<std::int32_t> x;
  std::vector<float> y;
  for (std::uint32_t row = 0; row < rows; ++row) {
    int even = 0;
    for (std::uint32_t i = 0; i < 6; ++i) {
      const std::uint32_t at = row * 6 + i;
      x.push_back(static_cast<std::int32_t>(hashed(at, hashed(at + 1, 4) ? 20 : 300)));
      even += x.back() % 2 == 0;
    }
    y.push_back(even > 3);
  }
  return {rt::Array(std::move(x), {rows, 6}), rt::Array(std::move(y))};
}

static void writeHistory(const std::string &path, const rt::History &history) {
  std::FILE *file = std::fopen(path.c_str(), "w");
  for (const auto &[name, values] : history.history) {
    std::fprintf(file, "%s", name.c_str());
    for (const double value : values)
      std::fprintf(file, " %a", value);
    std::fprintf(file, "\n");
  }
  std::fclose(file);
}

int main(int argc, char **argv) try {
  const std::string name = argc == 3 ? argv[1] : "", directory = argc == 3 ? std::string(argv[2]) + "/" : "";
  if (name != "digits" && name != "words")
    throw rt::Error("train digits|words DIRECTORY");
  const Data data = name == "digits" ? makeDigits(512) : makeWords(512);
  rt::Model model(name == "digits" ? resume_digits_model() : resume_words_model(), {.seed = 5});
  rt::EarlyStopping early({.patience = 2, .restore_best_weights = true});
  rt::ModelCheckpoint best(directory + "best.safetensors", {.save_best_only = true, .save_weights_only = true});
  rt::BackupAndRestore backup(directory + "backup.safetensors", {.save_freq = 5});
  const rt::History history = model.fit(data.x, data.y,
                                        {.batch_size = 32,
                                         .epochs = 12,
                                         .verbose = 0,
                                         .callbacks = {backup, early, best},
                                         .validation_split = 0.25});
  writeHistory(directory + "history.txt", history);
  model.save_checkpoint(directory + "final.safetensors");
  std::puts("done");
} catch (const std::exception &error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
