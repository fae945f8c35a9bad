//===- fit_app.cpp - fits for check-fit.py --------------------------------===//
//
//   fit_app plot FOLDER           writes history.csv and history.svg
//   fit_app interrupt             trains until Ctrl-C, then says what it saw
//   fit_app hang                  the same, but hangs at the end of fit
//   fit_app ignore                ignores SIGINT; trains for a while
//   fit_app train EPOCHS          trains, printing progress
//
//===----------------------------------------------------------------------===//
#include "Data.h"
#include "shapes.h"

#include <ingot/runtime.h>

#include <csignal>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace rt = ingot::rt;

namespace {

/// Writes down what a checkpoint would see.
struct Witness : rt::Callback {
  bool hangs = false;
  bool isReady = false;

  void on_train_batch_end(std::int64_t, const rt::Metrics &) override {
    if (!isReady)
      std::puts("ready");
    isReady = true;
    std::fflush(stdout);
    usleep(1000);
  }
  void on_settled(rt::FitPoint point) override {
    if (point == rt::FitPoint::Interrupted)
      std::printf("settled at epoch %d, step %lld\n", training().state().epoch,
                  static_cast<long long>(training().state().step));
  }
  void on_train_end(const rt::Metrics &) override {
    std::puts("train_end");
    std::fflush(stdout);
    while (hangs)
      pause();
  }
};

bool hasDefaultDisposition() {
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

} // namespace

int main(int argc, char **argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const Data data(60);
  rt::Model model(shapes_model(), {.seed = 1});
  if (mode == "train") {
    model.fit(data.inputs(), data.y, {.batch_size = 1, .epochs = std::atoi(argv[2]), .validation_split = 0.5});
    return 0;
  }
  if (mode == "plot") {
    const rt::History history = model.fit(data.inputs(), data.y,
                                          {.batch_size = 8,
                                           .epochs = 30,
                                           .verbose = 0,
                                           .callbacks = {rt::ReduceLROnPlateau({.factor = 0.5, .patience = 2})},
                                           .validation_split = 0.25,
                                           .validation_freq = 2});
    history.to_csv(std::string(argv[2]) + "/history.csv");
    history.to_svg(std::string(argv[2]) + "/history.svg", {.title = "shapes & <sides>"});
    return 0;
  }
  if (mode == "ignore")
    std::signal(SIGINT, SIG_IGN);
  Witness witness;
  witness.hangs = mode == "hang";
  const rt::History history =
      model.fit(data.inputs(), data.y,
                {.batch_size = 4, .epochs = mode == "ignore" ? 10 : 1000000, .verbose = 0, .callbacks = {witness}});
  std::printf("interrupted %d, default %d, epochs %s\n", history.interrupted, hasDefaultDisposition(),
              history.epoch.size() < 1000000 ? "few" : "all");
  return 0;
}
