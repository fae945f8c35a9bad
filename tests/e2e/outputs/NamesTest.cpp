//===- NamesTest.cpp - names and numbers of arrays that do not fit --------===//
#include "Data.h"
#include "Throws.h"
#include "crossed.h"
#include "shared_head.h"

#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::test;

TEST(Names, AreListedAndTheNearestSuggested) {
  rt::Model model(shared_head_model());
  const rt::Array x = uniform({4, 6}, 1), y = uniform({4}, 2);
  EXPECT_REFUSED(model.predict({{"left", x}, {"rihgt", x}}),
                 "`shared_head` has no input `rihgt`; it has `left`, `right`; did you mean `right`?");
  EXPECT_REFUSED(model.predict({{"left", x}}), "input `right` is missing; `shared_head` has `left`, `right`");
  EXPECT_REFUSED(model.fit({x, x}, {{"head", y}, {"head_2", y}}),
                 "`shared_head` has no target `head_2`; it has `head`, `head_1`; did you mean `head_1`?");
  EXPECT_REFUSED(model.fit({x, x}, {{"head", y}, {"code", uniform({4, 4}, 3)}}),
                 "output `code` of `shared_head` has no loss and takes no target; targets are `head`, `head_1`");
  EXPECT_REFUSED(model.evaluate({x, x}, {{"head", y}}), "target `head_1` is missing; `shared_head` has `head`, `head_1`");
  EXPECT_REFUSED(model.train_on_batch({x, x}, {y, y, y}), "3 targets were given and `shared_head` has 2: `head`, `head_1`");
  EXPECT_REFUSED(model.test_on_batch({x, x}, {y, y}, {.sample_weight = {{"heads", y}}}),
                 "`shared_head` has no sample weight `heads`; it has `head`, `head_1`; did you mean `head`?");
  EXPECT_REFUSED(model.fit({x, x}, {y, y}, {.batch_size = 4, .validation_data = {{{{"left", x}, {"rigth", x}}, {y, y}}}}),
                 "`shared_head` has no input `rigth`; it has `left`, `right`; did you mean `right`?");
  EXPECT_REFUSED(model.predict({x, x})["cod"], "there is no `cod`; there is `head`, `code`, `head_1`; did you mean `code`?");
}

TEST(Names, GradientsOfAnotherNetworkAreRefused) {
  rt::Model model(shared_head_model()), other(crossed_model());
  const rt::Array x = uniform({4, 6}, 1), y = uniform({4}, 2);
  rt::Gradients gradients = model.gradients({x, x}, {y, y});
  EXPECT_REFUSED((other.apply_gradients(gradients), 0),
                 "the gradients are of `shared_head`, whose weights or metrics are not those of `crossed`");
  EXPECT_REFUSED((gradients.merge(other.gradients({uniform({4, 10}, 1), uniform({4, 5}, 2)},
                                                  {uniform({4, 1}, 3), uniform({4, 5, 4}, 4)})),
                  0),
                 "the gradients are of `crossed`, whose weights or metrics are not those of `shared_head`");
}
