//===- app.cpp - trains the network of tweet_pairs.model.cpp --------------===//
//
// 100 pairs of tweets, 10 epochs of 10 batches, as in Keras' tutorial. The
// pairs are the tutorial's or made here; see the README.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"
#include "../common/Data.h"
#include "tweet_pairs.h"

#include <ingot/runtime.h>

namespace rt = ingot::rt;

struct Arguments {
  std::string data = "synthetic";
  int epochs = 10;
  int batchSize = 10;
  std::uint64_t seed = 0;
};

static Arguments parse(int argc, char **argv) {
  Arguments arguments;
  samples::CommandLine line("");
  line.add("data", arguments.data, {"synthetic", "tutorial"});
  line.add("epochs", arguments.epochs);
  line.add("batch-size", arguments.batchSize);
  line.add("seed", arguments.seed);
  line.parse(argc, argv);
  return arguments;
}

constexpr int kPairs = 100, kCharacters = 140, kAlphabet = 256;

struct Pairs {
  rt::Array a, b, labels;
};

/// Consecutive numbers, and 0, 1, 0, 1, ... for labels.
static Pairs tutorialPairs() {
  std::vector<float> labels;
  for (int i = 0; i < kPairs; ++i)
    labels.push_back(static_cast<float>(i % 2));
  const rt::Array tweets = samples::ramp({kPairs, kCharacters, kAlphabet});
  return {tweets, tweets, std::move(labels)};
}

/// Tweets of two authors, who use half of the alphabet each. The label tells
/// whether both tweets of a pair are by the first author.
static Pairs syntheticPairs(std::uint64_t seed) {
  samples::Random random(seed);
  constexpr std::size_t kTweet = kCharacters * kAlphabet;
  std::vector<float> a(kPairs * kTweet), b(kPairs * kTweet), labels;
  const auto write = [&](float *tweet, int author) {
    for (int i = 0; i < kCharacters; ++i)
      tweet[i * kAlphabet + author * kAlphabet / 2 +
            random.below(kAlphabet / 2)] = 1;
  };
  for (std::size_t i = 0; i < kPairs; ++i) {
    // Each other pair is by the first author, the rest in one of three ways.
    const int authors = i % 2 ? 0 : 1 + random.below(3);
    write(&a[i * kTweet], authors & 1);
    write(&b[i * kTweet], authors >> 1);
    labels.push_back(authors == 0);
  }
  const rt::Shape shape = {kPairs, kCharacters, kAlphabet};
  return {{std::move(a), shape}, {std::move(b), shape}, std::move(labels)};
}

static void train(const Arguments &arguments) {
  const bool isTutorial = arguments.data == "tutorial";
  const Pairs pairs =
      isTutorial ? tutorialPairs() : syntheticPairs(arguments.seed);

  rt::Model model(tweet_pairs_model(), {.seed = arguments.seed});
  std::printf("%s\n", model.summary().data());
  model.fit({pairs.a, pairs.b}, pairs.labels,
            {.batch_size = arguments.batchSize, .epochs = arguments.epochs});

  // Synthetic pairs can be had that training has not seen.
  const Pairs others = isTutorial ? pairs : syntheticPairs(arguments.seed + 1);
  const rt::Array probabilities = model.predict({others.a, others.b})[0];
  int right = 0;
  for (std::size_t i = 0; i < kPairs; ++i)
    right += (probabilities.f32()[i] > 0.5f) == (others.labels.f32()[i] == 1);
  std::printf("%s pairs: %d of %d right\n", isTutorial ? "the same" : "other",
              right, kPairs);
}

int main(int argc, char **argv) {
  return samples::run(argv[0], [&] { train(parse(argc, argv)); });
}
