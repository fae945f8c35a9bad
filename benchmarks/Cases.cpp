//===- Cases.cpp - the models that are measured ---------------------------===//

#include "Cases.h"

#include "mnist.h"
#include "news_popularity.h"
#include "tweet_pairs.h"

using namespace benchmarks;

const std::vector<Case> &benchmarks::allCases() {
  static const std::vector<Case> cases = {
      {"mnist_mlp", mnist_model, {{Data::Uniform, 101}}, {{Data::Index, 102, 10}}},
      {"news_popularity",
       news_popularity_model,
       {{Data::Index, 103, 10000}, {Data::Uniform, 104}},
       {{Data::Coin, 105}, {Data::Coin, 106}}},
      {"tweet_pairs", tweet_pairs_model, {{Data::Signed, 107}, {Data::Signed, 108}}, {{Data::Coin, 109}}},
  };
  return cases;
}
