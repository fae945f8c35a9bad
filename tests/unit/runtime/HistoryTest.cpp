//===- HistoryTest.cpp - what fit returns, as files -----------------------===//
//
// That the picture is well-formed and has what it should is for a parser of
// XML: tests/e2e/check-fit.py.
//
//===----------------------------------------------------------------------===//
#include "Throws.h"

#include <ingot/runtime.h>

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace ingot::rt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

static History everyOther() {
  History history;
  history.epoch = {2, 3, 4, 5};
  history.history = {{"loss", {1, 0.5, 0.1, 1e-9}}, {"val_loss", {2, 1.5}}};
  history.validation_freq = 2;
  return history;
}

static std::size_t count(const std::string &text, const std::string &part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(History, KnowsTheEpochsOfItsValues) {
  EXPECT_THAT(everyOther().epochs_of("loss"), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(everyOther().epochs_of("val_loss"), ElementsAre(3, 5));
  EXPECT_REFUSED(everyOther().epochs_of("los"),
                 "there is no `los`; there is `loss`, `val_loss`; did you mean "
                 "`loss`?");
}

TEST(History, IsWrittenAsCsv) {
  EXPECT_EQ(everyOther().csv(), "epoch,loss,val_loss\n2,1,\n3,0.5,2\n4,0.1,\n"
                                "5,1e-09,1.5\n");
  EXPECT_EQ(History().csv(), "epoch\n");
}

TEST(History, IsWrittenIntoFiles) {
  const std::string path = testing::TempDir() + "history";
  const auto text = [&] {
    std::stringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  };
  everyOther().to_csv(path);
  EXPECT_EQ(text(), everyOther().csv());
  everyOther().to_svg(path, {.title = "a"});
  EXPECT_EQ(text(), everyOther().svg({.title = "a"}));
  std::filesystem::remove(path);
  EXPECT_REFUSED((everyOther().to_csv("/nowhere/h.csv"), 0),
                 "`/nowhere/h.csv` cannot be written: No such file or "
                 "directory");
}

TEST(Plot, HasAMarkForEachValueAndALineForEachKey) {
  const std::string svg = everyOther().svg();
  EXPECT_EQ(count(svg, "<g transform"), 1u);
  EXPECT_EQ(count(svg, "<circle class=\"training\""), 4u);
  EXPECT_EQ(count(svg, "<circle class=\"validation\""), 2u);
  EXPECT_THAT(svg, HasSubstr("<title>validation, epoch 4: 2</title>"));
  EXPECT_THAT(svg, HasSubstr(">training</text>"));
  EXPECT_THAT(svg, HasSubstr(">epoch</text>"));
}

TEST(Plot, ManyValuesAreALineAlone) {
  History history;
  history.history = {{"loss", {}}};
  std::vector<double> &values = *history.history.find("loss");
  for (int i = 0; i < 100; ++i) {
    history.epoch.push_back(i);
    values.push_back(1. / (i + 1));
  }
  EXPECT_EQ(count(history.svg(), "<circle"), 0u);
  // But for one whose neighbours are not finite.
  values[50] = values[52] = NAN;
  EXPECT_EQ(count(history.svg(), "<circle"), 1u);
}

TEST(Plot, SurvivesWhatIsNotFiniteEqualEmptyOrOdd) {
  History history;
  history.epoch = {0, 1, 2};
  history.history = {{"loss", {NAN, INFINITY, -INFINITY}},
                     {"same", {3, 3, 3}},
                     {"zero", {0, 0, 0}},
                     {"huge", {1e300, -1e300, 0}},
                     {"close", {1, 1 + 1e-16, 1}},
                     {"<a&\"b\">\n", {1, 2, 3}}};
  const std::string svg = history.svg({.title = "<&>"});
  EXPECT_EQ(count(svg, "<g transform"), 6u);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  EXPECT_THAT(svg, HasSubstr("&lt;a&amp;&quot;b&quot;&gt; "));
  EXPECT_THAT(svg, HasSubstr(">&lt;&amp;&gt;</text>"));
  EXPECT_EQ(count(History().svg(), "<g transform"), 0u);
  EXPECT_REFUSED(history.svg({.columns = 0}),
                 "`columns` of a plot is 0; must be positive");
}
