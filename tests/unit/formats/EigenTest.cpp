//===- EigenTest.cpp - Eigen types in and out -----------------------------===//
#include "runtime/Throws.h"

#include <ingot/array.h>

#include <Eigen/Core>
#include <gmock/gmock.h>

using namespace ingot::rt;
using testing::ElementsAre;

using RowMajor =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

TEST(Eigen, RowMajorIsViewed) {
  RowMajor matrix(2, 3);
  matrix << 1, 2, 3, 4, 5, 6;
  const Array array(matrix);
  EXPECT_EQ(array.data(), matrix.data());
  EXPECT_THAT(array.shape(), ElementsAre(2, 3));
  const Eigen::Map<const RowMajor> map(matrix.data(), 3, 2);
  EXPECT_EQ(Array(map).data(), matrix.data());
}

TEST(Eigen, ColumnMajorIsConverted) {
  Eigen::MatrixXf matrix(2, 3);
  matrix << 1, 2, 3, 4, 5, 6;
  const Array array(matrix);
  EXPECT_THAT(array.f32(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(array.shape(), ElementsAre(2, 3));
}

TEST(Eigen, TemporariesExpressionsAndBlocksAreCopied) {
  RowMajor matrix(2, 2);
  matrix << 1, 2, 3, 4;
  EXPECT_THAT(Array(RowMajor(matrix)).f32(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Array(matrix * 2).f32(), ElementsAre(2, 4, 6, 8));
  EXPECT_THAT(Array(matrix.transpose()).f32(), ElementsAre(1, 3, 2, 4));
  const auto column = matrix.col(1);
  EXPECT_THAT(Array(column).f32(), ElementsAre(2, 4));
  const auto block = matrix.leftCols(1);
  EXPECT_THAT(Array(block).f32(), ElementsAre(1, 3));
}

TEST(Eigen, VectorsAreOneDimensional) {
  const Eigen::VectorXi labels = Eigen::VectorXi::LinSpaced(3, 0, 2);
  EXPECT_EQ(Array(labels).data(), labels.data());
  EXPECT_THAT(Array(labels).shape(), ElementsAre(3));
  EXPECT_THAT(Array(labels).i32(), ElementsAre(0, 1, 2));
  const Eigen::RowVectorXd row = Eigen::RowVectorXd::Constant(2, 0.5);
  EXPECT_THAT(Array(row).f32(), ElementsAre(0.5f, 0.5f));
}

TEST(Eigen, ArraysStandForInputs) {
  const Eigen::MatrixXf matrix = Eigen::MatrixXf::Zero(2, 2);
  const Arrays one = matrix;
  EXPECT_EQ(one.size(), 1u);
  const Arrays two = {{"a", matrix}, {"b", Eigen::VectorXi::Zero(2)}};
  EXPECT_EQ(two.size(), 2u);
}

TEST(Eigen, ArraysBecomeMatricesAndVectors) {
  const Array array(std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  const auto matrix = array.to<Eigen::MatrixXf>();
  EXPECT_EQ(matrix.rows(), 2);
  EXPECT_EQ(matrix(1, 0), 4);
  EXPECT_EQ(array.to<RowMajor>()(0, 2), 3);
  EXPECT_EQ(array.reshape({6, 1}).to<Eigen::VectorXf>()(5), 6);
  EXPECT_EQ(array.reshape({6}).to<Eigen::RowVectorXd>()(5), 6);
  EXPECT_REFUSED(array.to<Eigen::VectorXf>(),
                 "an array of shape [2, 3] does not fit a vector");
}
