//===- ArrayTest.cpp - what arrays are made of and become -----------------===//
#include "runtime/Throws.h"

#include <ingot/array.h>

#include <gmock/gmock.h>

using namespace ingot::rt;
using testing::ElementsAre;

TEST(Array, ViewsALvalue) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const Array array(values, {3, 2});
  EXPECT_EQ(array.data(), values.data());
  EXPECT_EQ(array.dtype(), DType::F32);
  EXPECT_THAT(array.shape(), ElementsAre(3, 2));
  EXPECT_EQ(array.rows(), 3);
  EXPECT_EQ(array.size(), 6);
}

TEST(Array, OwnsAnRvalue) {
  Array array;
  {
    std::vector<std::int32_t> values = {1, 2, 3};
    array = std::move(values);
  }
  EXPECT_THAT(array.i32(), ElementsAre(1, 2, 3));
  EXPECT_THAT(array.shape(), ElementsAre(3));
}

TEST(Array, ViewsPointersAndSpans) {
  std::uint8_t bytes[] = {1, 2, 3, 4};
  EXPECT_EQ(Array(bytes, {2, 2}).data(), bytes);
  EXPECT_EQ(Array(std::span(bytes)).data(), bytes);
  EXPECT_THAT(Array(std::span<const std::uint8_t>(bytes), {2, -1}).shape(),
              ElementsAre(2, 2));
}

TEST(Array, ConvertsWideTypesByCopying) {
  const std::vector<double> doubles = {0.5, 1.5};
  EXPECT_THAT(Array(doubles).f32(), ElementsAre(0.5f, 1.5f));
  const std::vector<std::int64_t> labels = {7, -1};
  EXPECT_THAT(Array(labels).i32(), ElementsAre(7, -1));
  EXPECT_REFUSED(Array(std::vector<std::int64_t>{1, 5000000000}),
                 "the value 5000000000 does not fit i32");
}

TEST(Array, ReshapesAndFillsInOneExtent) {
  const Array array = Array(std::vector<float>(12)).reshape({-1, 4});
  EXPECT_THAT(array.shape(), ElementsAre(3, 4));
  EXPECT_REFUSED(array.reshape({5, 2}),
                 "the shape [5, 2] does not fit 12 elements");
  EXPECT_REFUSED(array.reshape({-1, 5}),
                 "the shape [-1, 5] does not fit 12 elements");
  EXPECT_REFUSED(array.reshape({-1, -1}),
                 "the shape [-1, -1] leaves more than one extent open");
  EXPECT_REFUSED(array.reshape({-2, 6}),
                 "the shape [-2, 6] has a negative extent");
  EXPECT_REFUSED(array.reshape({}), "the shape [] has no dimension; the first "
                                    "one counts samples");
  EXPECT_REFUSED(array.reshape({std::int64_t{1} << 62, 4}),
                 "the shape [4611686018427387904, 4] has more elements than "
                 "memory can hold");
}

TEST(Array, SlicesRowsWithoutCopying) {
  const Array array(std::vector<float>{0, 1, 2, 3, 4, 5}, {3, 2});
  const Array rest = array.slice(1, 3);
  EXPECT_THAT(rest.f32(), ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(rest.data(), array.f32().data() + 2);
  EXPECT_EQ(array.slice(3, 3).rows(), 0);
  EXPECT_REFUSED(array.slice(1, 4),
                 "rows [1, 4) were asked for and the array has 3");
  EXPECT_REFUSED(array.slice(2, 1),
                 "rows [2, 1) were asked for and the array has 3");
}

TEST(Array, ScalesBytesToFloats) {
  const Array scaled =
      Array(std::vector<std::uint8_t>{0, 51, 255}, {3, 1}).scaled(1 / 255.f);
  EXPECT_EQ(scaled.dtype(), DType::F32);
  EXPECT_THAT(scaled.shape(), ElementsAre(3, 1));
  EXPECT_THAT(scaled.f32(), ElementsAre(0, testing::FloatEq(0.2f), 1));
}

TEST(Array, RefusesToBeReadAsAnotherType) {
  EXPECT_REFUSED(Array(std::vector<float>(1)).i32(),
                 "the array is f32 and was read as i32");
}

TEST(Array, DefaultIsEmpty) {
  EXPECT_EQ(Array().size(), 0);
  EXPECT_EQ(Array().rows(), 0);
  EXPECT_TRUE(Array().f32().empty());
}

TEST(Arrays, AreOneOrSeveralByPositionOrName) {
  const std::vector<float> values = {1};
  const Array array(values);
  EXPECT_TRUE(Arrays().empty());
  EXPECT_EQ(Arrays(array).size(), 1u);
  EXPECT_EQ(Arrays(values).size(), 1u);
  const Arrays byPosition = {array, values};
  EXPECT_EQ(byPosition.size(), 2u);
  EXPECT_FALSE(byPosition.named());
  const Arrays byName = {{"b", array}, {"a", values}};
  EXPECT_EQ(byName.size(), 2u);
  EXPECT_TRUE(byName.named());
  EXPECT_EQ(byName.items().begin()->first, "b");
  EXPECT_TRUE(Arrays(std::map<std::string, Array>{{"a", array}}).named());
  EXPECT_EQ(Arrays(std::vector<Array>{array, array, array}).size(), 3u);
}

TEST(NamedList, KeepsOrderAndNamesWhatItHas) {
  NamedList<int> list;
  list.add("z", 1);
  list.add("a", 2);
  EXPECT_EQ(list.begin()->first, "z");
  EXPECT_EQ(list["a"], 2);
  EXPECT_EQ(list[0], 1);
  EXPECT_TRUE(list.contains("z"));
  EXPECT_REFUSED(list["b"], "there is no `b`; there is `z`, `a`");
  EXPECT_REFUSED(list[2], "index 2 was asked for and there are 2 values");
  EXPECT_REFUSED(NamedList<int>()["b"], "there is no `b`; there is nothing");
}
