//===- app.cpp - trains the network of news_popularity.model.cpp ----------===//
//
// 100 headlines, 50 epochs of 10 batches, as in Keras' tutorial. The headlines
// are the tutorial's or made here; see the README.
//
//===----------------------------------------------------------------------===//
#include "../common/CommandLine.h"
#include "../common/Data.h"
#include "news_popularity.h"

#include <ingot/runtime.h>

#include <numeric>

namespace rt = ingot::rt;

struct Arguments {
  std::string data = "synthetic";
  std::string by = "name";
  int epochs = 50;
  int batchSize = 10;
  std::uint64_t seed = 0;
};

static Arguments parse(int argc, char **argv) {
  Arguments arguments;
  samples::CommandLine line("");
  line.add("data", arguments.data, {"synthetic", "tutorial"});
  line.add("by", arguments.by, {"name", "position"});
  line.add("epochs", arguments.epochs);
  line.add("batch-size", arguments.batchSize);
  line.add("seed", arguments.seed);
  line.parse(argc, argv);
  return arguments;
}

constexpr int kHeadlines = 100, kWords = 100, kExtras = 5;

struct News {
  rt::Array headlines; ///< (100, 100) indices of words
  rt::Array extras;    ///< (100, 5)
  rt::Array popular;   ///< targets of the main output
  rt::Array likeable;  ///< targets of the auxiliary output
};

/// Consecutive numbers, and 0, 1, 0, 1, ... for labels.
static News tutorialNews() {
  std::vector<std::int32_t> words(kHeadlines * kWords);
  std::iota(words.begin(), words.end(), 0);
  std::vector<float> labels;
  for (int i = 0; i < kHeadlines; ++i)
    labels.push_back(static_cast<float>(i % 2));
  const rt::Array targets(std::move(labels));
  return {{std::move(words), {kHeadlines, kWords}},
          samples::ramp({kHeadlines, kExtras}),
          targets,
          targets};
}

/// Headlines on one of two subjects, with 100 words of their own each, posted at
/// one of five times of the day. People like the first subject, and share it in
/// the afternoon and the evening.
static News syntheticNews(std::uint64_t seed) {
  samples::Random random(seed);
  std::vector<std::int32_t> words;
  std::vector<float> extras, popular, likeable;
  for (int headline = 0; headline < kHeadlines; ++headline) {
    const int subject = random.below(2), time = random.below(kExtras);
    for (int word = 0; word < kWords; ++word)
      words.push_back(1 + 100 * subject + random.below(100));
    for (int i = 0; i < kExtras; ++i)
      extras.push_back(i == time);
    likeable.push_back(subject == 0);
    popular.push_back(subject == 0 && time >= 3);
  }
  return {{std::move(words), {kHeadlines, kWords}},
          {std::move(extras), {kHeadlines, kExtras}},
          std::move(popular),
          std::move(likeable)};
}

/// How many of `probabilities` are on the side of 0.5 where their label is.
static int countRight(const rt::Array &probabilities, const rt::Array &labels) {
  int right = 0;
  for (std::size_t i = 0; i < kHeadlines; ++i)
    right += (probabilities.f32()[i] > 0.5f) == (labels.f32()[i] == 1);
  return right;
}

static void train(const Arguments &arguments) {
  const bool isTutorial = arguments.data == "tutorial";
  const News news = isTutorial ? tutorialNews() : syntheticNews(arguments.seed);
  const rt::FitOptions options = {.batch_size = arguments.batchSize,
                                  .epochs = arguments.epochs};

  rt::Model model(news_popularity_model(), {.seed = arguments.seed});
  std::printf("%s\n", model.summary().data());
  if (arguments.by == "position")
    model.fit({news.headlines, news.extras}, {news.popular, news.likeable},
              options);
  else
    model.fit({{"main_input", news.headlines}, {"aux_input", news.extras}},
              {{"main_output", news.popular}, {"aux_output", news.likeable}},
              options);

  // Synthetic news can be had that training has not seen.
  const News others = isTutorial ? news : syntheticNews(arguments.seed + 1);
  const rt::Predictions outputs = model.predict(
      {{"main_input", others.headlines}, {"aux_input", others.extras}});
  std::printf("%s headlines: aux_output %d, main_output %d of %d right\n",
              isTutorial ? "the same" : "other",
              countRight(outputs["aux_output"], others.likeable),
              countRight(outputs["main_output"], others.popular), kHeadlines);
}

int main(int argc, char **argv) {
  return samples::run(argv[0], [&] { train(parse(argc, argv)); });
}
