//===- main.cpp - models written by hand, called and timed ----------------===//
//
// What someone who knows the model, the sizes and the machine writes in a few days:
// a bar for a compiler, not the limit of the machine.
//
//===----------------------------------------------------------------------===//
#include "Models.h"

using namespace benchmarks;

int main(int argc, char **argv) {
  const Request request = start(argc, argv);
  const std::unique_ptr<by_hand::Model> model =
      request.which->name == "news_popularity" ? by_hand::makeNewsPopularity(request)
      : request.which->name == "tweet_pairs"   ? by_hand::makeTweetPairs(request)
                                               : by_hand::makeClassifier(request);
  Result result;
  if (request.mode == Mode::Train) {
    for (int i = 0; i < kFirstLosses; ++i)
      result.losses.push_back(model->train());
    measureAndPrint(request, result, [&] { model->train(); });
    return 0;
  }
  if (request.mode == Mode::Prepared)
    model->prepare();
  model->predict();
  model->show(result);
  measureAndPrint(request, result, [&] { model->predict(); });
}
