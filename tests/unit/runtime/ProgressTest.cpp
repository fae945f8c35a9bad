//===- ProgressTest.cpp - what fit, evaluate and predict print ------------===//
#include "Samples.h"

#include <gmock/gmock.h>

#include <pty.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <regex>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using fake::upTo;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Progress, LogHasOneLineAnEpoch) {
  Model model(fake::build());
  model.set_learning_rate(0);
  testing::internal::CaptureStdout();
  model.fit(numbered(10), Array(upTo(10)),
            {.batch_size = 3, .epochs = 2, .validation_split = 0.2});
  EXPECT_THAT(
      testing::internal::GetCapturedStdout(),
      MatchesRegex(
          "Epoch 1/2 - 3/3 - [0-9]+s [0-9]+[mu]?s/step - loss: 0\\.2500 - "
          "mae: 0\\.5000 - val_loss: 0\\.2500 - val_mae: 0\\.5000\n"
          "Epoch 2/2 - 3/3 - [0-9]+s [^\n]*\n"));
}

TEST(Progress, SmallValuesAreWrittenWithAnExponent) {
  Model model(fake::build());
  model.set_learning_rate(0);
  std::vector<float> y = {0.5f + 1e-5f, 1.5f + 1e-5f};
  testing::internal::CaptureStdout();
  model.fit(numbered(2), y, {.batch_size = 2, .verbose = 2});
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              MatchesRegex(".* - mae: [0-9.]+e-05\n"));
}

TEST(Progress, SilentPrintsNothing) {
  Model model(fake::build());
  testing::internal::CaptureStdout();
  model.fit(numbered(2), constant(2, 0), {.batch_size = 2, .verbose = 0});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

/// What `body` writes to stdout while that is a terminal `columns` wide.
template <class Body>
static std::string onTerminal(unsigned short columns, Body body) {
  const winsize size = {24, columns, 0, 0};
  int master = -1, slave = -1;
  if (openpty(&master, &slave, nullptr, nullptr, &size) != 0) {
    ADD_FAILURE() << "no pseudo-terminal could be opened";
    return {};
  }
  std::fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  dup2(slave, STDOUT_FILENO);
  body();
  std::fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  // A mark instead of the end of the file: the slave stays open, because what
  // was not read yet may be lost when it closes.
  EXPECT_EQ(write(slave, "\f", 1), 1);
  std::string text;
  std::array<char, 256> buffer;
  while (text.find('\f') == std::string::npos) {
    const ssize_t got = read(master, buffer.data(), buffer.size());
    if (got <= 0)
      break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(slave);
  close(master);
  return text.substr(0, text.find('\f'));
}

TEST(Progress, TerminalGetsALineThatIsRedrawn) {
  Model model(fake::build());
  model.set_learning_rate(0);
  const std::string text = onTerminal(100, [&] {
    model.fit(numbered(10), Array(upTo(10)), {.batch_size = 2});
  });
  EXPECT_THAT(
      text, MatchesRegex("Epoch 1/1\r\n"
                         "\r\x1b\\[K1/5 \\[======>\\.{23}\\] - ETA: [0-9]+s - "
                         "loss: 0\\.2500 - mae: 0\\.5000"
                         ".*\r\x1b\\[K5/5 \\[={30}\\] - [0-9]+s "
                         "[0-9]+[mu]?s/step - loss: 0\\.2500 - mae: "
                         "0\\.5000\r\n"));
}

TEST(Progress, RedrawnLinesMakeRoomInANarrowTerminal) {
  Model model(fake::build());
  const auto firstLine = [&](unsigned short columns) {
    const std::string text = onTerminal(columns, [&] {
      model.set_learning_rate(0);
      model.fit(numbered(10), Array(upTo(10)), {.batch_size = 2});
    });
    const std::size_t begin = text.find("\x1b[K") + 3;
    // However slow the machine is (under valgrind, say).
    return std::regex_replace(
        text.substr(begin, text.find('\r', begin) - begin),
        std::regex("ETA: [0-9]s"), "ETA: 0s");
  };
  // Its 42 columns without a bar, and the shortest bar, leave one column free.
  EXPECT_EQ(firstLine(80).size(), 75u);
  EXPECT_EQ(firstLine(61),
            "1/5 [===>...........] - ETA: 0s - loss: 0.2500 - mae: 0.5000");
  EXPECT_EQ(firstLine(60), "1/5 - ETA: 0s - loss: 0.2500 - mae: 0.5000");
  EXPECT_EQ(firstLine(40), "1/5 - ETA: 0s - loss: 0.2500");
  EXPECT_EQ(firstLine(15), "1/5 - ETA: 0s");
  EXPECT_EQ(firstLine(3), "1/");
}

TEST(Progress, TheLastLineKeepsItsValuesInANarrowTerminal) {
  Model model(fake::build());
  model.set_learning_rate(0);
  const std::string text = onTerminal(
      20, [&] { model.fit(numbered(2), Array(upTo(2)), {.batch_size = 2}); });
  EXPECT_THAT(text,
              MatchesRegex(".*\x1b\\[K1/1 - [0-9]+s [0-9]+[mu]?s/step - loss: "
                           "0\\.2500 - mae: 0\\.5000\r\n"));
}

TEST(Progress, ATerminalWithoutASizeHasItInColumns) {
  Model model(fake::build());
  setenv("COLUMNS", "20", 1);
  const std::string text = onTerminal(
      0, [&] { model.fit(numbered(10), constant(10, 0), {.batch_size = 2}); });
  unsetenv("COLUMNS");
  EXPECT_THAT(text, MatchesRegex(".*\x1b\\[K1/5 - ETA: [0-9]+s\r.*"));
}

TEST(Progress, PredictIsSilentUnlessAsked) {
  Model model(fake::build());
  testing::internal::CaptureStdout();
  model.predict(numbered(3), {.batch_size = 2});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  testing::internal::CaptureStdout();
  model.predict(numbered(3), {.batch_size = 2, .verbose = 2});
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              MatchesRegex("2/2 - [0-9]+s [0-9]+[mu]?s/step\n"));
}

TEST(Progress, AnUnknownLengthIsCounted) {
  struct Endless : BatchSource {
    int left = 0;
    void reset(std::uint64_t) override { left = 3; }
    std::optional<Batch> next() override {
      if (left-- == 0)
        return {};
      return Batch{numbered(1), constant(1, 0.5f)};
    }
  };
  Model model(fake::build());
  Endless source;
  const std::string text =
      onTerminal(100, [&] { model.fit(source, {.epochs = 1}); });
  EXPECT_THAT(text, HasSubstr("\x1b[K1/Unknown - "));
  EXPECT_THAT(text, HasSubstr("\x1b[K3/3 ["));
}

TEST(Progress, ALineOfACallbackIsWholeAndTheProgressGoesOn) {
  struct Speaker : Callback {
    void on_train_batch_end(std::int64_t batch, const Metrics &) override {
      if (batch == 2)
        training().print("hello");
    }
  };
  Model model(fake::build());
  const std::string text = onTerminal(100, [&] {
    model.fit(numbered(10), constant(10, 0),
              {.batch_size = 2, .callbacks = {Speaker()}});
  });
  EXPECT_THAT(text, HasSubstr("\r\x1b[Khello\r\n"));
  EXPECT_THAT(text, HasSubstr("\x1b[K5/5 "));
}
