//===- idx.h - reads IDX files, the format of MNIST ------------*- C++ -*-===//
//
// IDX: two zero bytes, element type, number of dimensions, the big-endian
// extents, the elements. Plain files and gzip are told apart by content.
//
//   auto data = ingot::rt::load_mnist("fashion-mnist");
//   auto x = data.x_train.reshape({-1, 784}).scaled(1 / 255.f);
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <filesystem>

namespace ingot::rt {

/// The array in an IDX file of u8, i32 or f32. Throws Error, which names the
/// file, if it cannot be read, is no IDX file, is truncated, or goes on after
/// its last element.
Array read_idx(const std::filesystem::path &path);

/// Images are u8 [samples, height, width], labels u8 [samples].
struct Mnist {
  Array x_train, y_train, x_test, y_test;
};

/// Reads train-images-idx3-ubyte, train-labels-idx1-ubyte and t10k-* of MNIST
/// or any data set in its form from `directory`, each as it is or with .gz.
/// Throws Error, also if images and labels differ in number.
Mnist load_mnist(const std::filesystem::path &directory);

} // namespace ingot::rt
