//===- Product.h - matrix products by hand ----------------------*- C++ -*-===//
//
// Tiles of 6 rows and 16 columns in registers, B packed into panels of 16 columns,
// K in blocks of 256. What follows a product is done on rows that are still in cache.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Floats.h"

namespace by_hand {

enum class Activation { None, Relu, Sigmoid };

/// Element (i, j) is at data[i * rows + j * columns]; one of both strides is 1.
struct Matrix {
  const float *data;
  long rows, columns;

  Matrix transposed() const { return {data, columns, rows}; }
};

/// What becomes of a product: added to C, or with a bias for each column through a function.
struct Epilogue {
  bool accumulates = false;
  const float *bias = nullptr;
  Activation activation = Activation::None;
};

/// B in panels of 16 columns, zero padded; it must outlive what it is made of.
class Packed {
public:
  void set(Matrix b, int k, int n);
  const float *panel(int column) const { return panels.data() + static_cast<std::size_t>(column) * k; }

  Matrix matrix = {};
  int k = 0, n = 0;

private:
  Floats panels;
};

/// C[m, n] of A[m, k] and B[k, n].
void multiply(int m, int n, int k, Matrix a, Matrix b, float *c, long rowsOfC, Epilogue epilogue = {});

/// The same with rows of A contiguous and B packed before.
void multiply(int m, const float *a, long rowsOfA, const Packed &b, float *c, long rowsOfC, Epilogue epilogue = {});

} // namespace by_hand
