//===- Product.cpp - matrix products by hand ------------------------------===//

#include "Product.h"

#include "Vector.h"

#include <algorithm>
#include <cmath>

using namespace by_hand;

static constexpr int kRows = 6, kColumns = 16, kBlock = 256;

static int panelsOf(int n) { return (n + kColumns - 1) / kColumns; }

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// MR rows of A times one panel. A may be read along either dimension.
template <int MR>
[[gnu::always_inline]] static inline void tile(int k, Matrix a, const float *panel, float *c, long rowsOfC, int columns,
                                               bool accumulates) {
  __m256 left[MR], right[MR];
#pragma GCC unroll 6
  for (int i = 0; i < MR; ++i)
    left[i] = right[i] = _mm256_setzero_ps();
  for (int p = 0; p < k; ++p) {
    const __m256 b0 = load(panel), b1 = load(panel + 8);
    panel += kColumns;
    const float *column = a.data + p * a.columns;
#pragma GCC unroll 6
    for (int i = 0; i < MR; ++i) {
      const __m256 x = _mm256_broadcast_ss(column + i * a.rows);
      left[i] = _mm256_fmadd_ps(x, b0, left[i]);
      right[i] = _mm256_fmadd_ps(x, b1, right[i]);
    }
  }
  if (columns == kColumns) {
#pragma GCC unroll 6
    for (int i = 0; i < MR; ++i) {
      float *row = c + i * rowsOfC;
      store(row, accumulates ? left[i] + load(row) : left[i]);
      store(row + 8, accumulates ? right[i] + load(row + 8) : right[i]);
    }
    return;
  }
  alignas(32) float whole[kColumns];
#pragma GCC unroll 6
  for (int i = 0; i < MR; ++i) {
    _mm256_store_ps(whole, left[i]);
    _mm256_store_ps(whole + 8, right[i]);
    float *row = c + i * rowsOfC;
    for (int j = 0; j < columns; ++j)
      row[j] = accumulates ? row[j] + whole[j] : whole[j];
  }
}

[[gnu::always_inline]] static inline void tileOf(int rows, int k, Matrix a, const float *panel, float *c, long rowsOfC,
                                                 int columns, bool accumulates) {
  switch (rows) {
  case 6:
    return tile<6>(k, a, panel, c, rowsOfC, columns, accumulates);
  case 5:
    return tile<5>(k, a, panel, c, rowsOfC, columns, accumulates);
  case 4:
    return tile<4>(k, a, panel, c, rowsOfC, columns, accumulates);
  case 3:
    return tile<3>(k, a, panel, c, rowsOfC, columns, accumulates);
  case 2:
    return tile<2>(k, a, panel, c, rowsOfC, columns, accumulates);
  default:
    return tile<1>(k, a, panel, c, rowsOfC, columns, accumulates);
  }
}

/// One to three rows times two panels: few rows alone are too few independent sums for
/// the latency of an addition.
template <int MR>
static inline void wideTile(int k, const float *a, long rowsOfA, const float *first, const float *second, float *c,
                            long rowsOfC, bool accumulates) {
  __m256 sums[MR][4];
#pragma GCC unroll 3
  for (int i = 0; i < MR; ++i)
    for (int j = 0; j < 4; ++j)
      sums[i][j] = accumulates ? load(c + i * rowsOfC + 8 * j) : _mm256_setzero_ps();
  for (int p = 0; p < k; ++p) {
    const __m256 b0 = load(first), b1 = load(first + 8), b2 = load(second), b3 = load(second + 8);
    first += kColumns;
    second += kColumns;
#pragma GCC unroll 3
    for (int i = 0; i < MR; ++i) {
      const __m256 x = _mm256_broadcast_ss(a + i * rowsOfA + p);
      sums[i][0] = _mm256_fmadd_ps(x, b0, sums[i][0]);
      sums[i][1] = _mm256_fmadd_ps(x, b1, sums[i][1]);
      sums[i][2] = _mm256_fmadd_ps(x, b2, sums[i][2]);
      sums[i][3] = _mm256_fmadd_ps(x, b3, sums[i][3]);
    }
  }
#pragma GCC unroll 3
  for (int i = 0; i < MR; ++i)
    for (int j = 0; j < 4; ++j)
      store(c + i * rowsOfC + 8 * j, sums[i][j]);
}

/// One row times B as it is, 64 columns at a time: eight independent sums.
static void multiplyRow(const float *x, Matrix b, float *y, int n, int k, bool accumulates) {
  int j = 0;
  for (; j + 64 <= n; j += 64) {
    __m256 sums[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i)
      sums[i] = accumulates ? load(y + j + 8 * i) : _mm256_setzero_ps();
    for (int p = 0; p < k; ++p) {
      const __m256 factor = _mm256_broadcast_ss(x + p);
      const float *row = b.data + p * b.rows + j;
#pragma GCC unroll 8
      for (int i = 0; i < 8; ++i)
        sums[i] = _mm256_fmadd_ps(factor, load(row + 8 * i), sums[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i)
      store(y + j + 8 * i, sums[i]);
  }
  if (j == n)
    return;
  const int rest = n - j;
  float sums[64] = {0};
  for (int p = 0; p < k; ++p) {
    const float factor = x[p];
    const float *row = b.data + p * b.rows + j;
    for (int i = 0; i < rest; ++i)
      sums[i] += factor * row[i];
  }
  for (int i = 0; i < rest; ++i)
    y[j + i] = accumulates ? y[j + i] + sums[i] : sums[i];
}

//===----------------------------------------------------------------------===//
// Packing, and what follows a product
//===----------------------------------------------------------------------===//

static void packPanels(float *to, Matrix b, int k, int n) {
  for (int j = 0; j < n; j += kColumns) {
    const int columns = std::min(kColumns, n - j);
    if (b.columns == 1 && columns == kColumns) {
      for (int p = 0; p < k; ++p, to += kColumns) {
        store(to, load(b.data + p * b.rows + j));
        store(to + 8, load(b.data + p * b.rows + j + 8));
      }
      continue;
    }
    for (int p = 0; p < k; ++p, to += kColumns)
      for (int i = 0; i < kColumns; ++i)
        to[i] = i < columns ? b.data[p * b.rows + (j + i) * b.columns] : 0.0f;
  }
}

void Packed::set(Matrix b, int newK, int newN) {
  matrix = b;
  k = newK;
  n = newN;
  panels.resize(static_cast<size_t>(k) * static_cast<size_t>(panelsOf(n) * kColumns));
  packPanels(panels.data(), b, k, n);
}

static void finish(float *c, long rowsOfC, int m, int n, const Epilogue &epilogue) {
  const auto [accumulates, bias, activation] = epilogue;
  if (!bias && activation == Activation::None)
    return;
  for (int i = 0; i < m; ++i) {
    float *row = c + i * rowsOfC;
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      __m256 x = load(row + j);
      if (bias)
        x += load(bias + j);
      if (activation == Activation::Relu)
        x = _mm256_max_ps(x, _mm256_setzero_ps());
      else if (activation == Activation::Sigmoid)
        x = sigmoid(x);
      store(row + j, x);
    }
    for (; j < n; ++j) {
      const float x = row[j] + (bias ? bias[j] : 0);
      row[j] = activation == Activation::Relu      ? std::max(x, 0.0f)
               : activation == Activation::Sigmoid ? 1 / (1 + std::exp(-x))
                                                   : x;
    }
  }
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Six rows of a block of A whose rows are not contiguous, [k][6].
static Matrix packRows(float *to, Matrix a, int rows, int k, bool hasEight) {
  if (a.rows == 1 && hasEight) {
    for (int p = 0; p < k; ++p)
      store(to + kRows * p, load(a.data + p * a.columns)); // two more are overwritten by the next
  } else {
    for (int p = 0; p < k; ++p)
      for (int i = 0; i < rows; ++i)
        to[kRows * p + i] = a.data[i * a.rows + p * a.columns];
  }
  return {to, 1, kRows};
}

void by_hand::multiply(int m, int n, int k, Matrix a, Matrix b, float *c, long rowsOfC, Epilogue epilogue) {
  if (m == 1 && a.columns == 1 && b.columns == 1) {
    multiplyRow(a.data, b, c, n, k, epilogue.accumulates);
    finish(c, rowsOfC, 1, n, epilogue);
    return;
  }
  static thread_local Floats panels;
  panels.resize(static_cast<size_t>(kBlock * panelsOf(n) * kColumns));
  alignas(32) float rowsOfA[kRows * kBlock + kColumns];
  for (int first = 0; first < k; first += kBlock) {
    const int depth = std::min(kBlock, k - first);
    const bool accumulates = epilogue.accumulates || first > 0, isLast = first + depth == k;
    packPanels(panels.data(), {b.data + first * b.rows, b.rows, b.columns}, depth, n);
    for (int i = 0; i < m; i += kRows) {
      const int rows = std::min(kRows, m - i);
      Matrix block = {a.data + i * a.rows + first * a.columns, a.rows, a.columns};
      if (a.columns != 1)
        block = packRows(rowsOfA, block, rows, depth, i + 8 <= m);
      for (int j = 0; j < n; j += kColumns)
        tileOf(rows, depth, block, panels.data() + static_cast<size_t>(j) * depth, c + i * rowsOfC + j, rowsOfC,
               std::min(kColumns, n - j), accumulates);
      if (isLast)
        finish(c + i * rowsOfC, rowsOfC, rows, n, epilogue);
    }
  }
}

void by_hand::multiply(int m, const float *a, long rowsOfA, const Packed &b, float *c, long rowsOfC,
                       Epilogue epilogue) {
  const bool accumulates = epilogue.accumulates;
  if (m == 1 && b.matrix.columns == 1) {
    multiplyRow(a, b.matrix, c, b.n, b.k, accumulates);
    finish(c, rowsOfC, 1, b.n, epilogue);
    return;
  }
  for (int i = 0; i < m; i += kRows) {
    const int rows = std::min(kRows, m - i);
    const float *from = a + i * rowsOfA;
    float *to = c + i * rowsOfC;
    int j = 0;
    for (; rows <= 3 && j + 2 * kColumns <= b.n; j += 2 * kColumns) {
      const float *first = b.panel(j), *second = b.panel(j + kColumns);
      if (rows == 1)
        wideTile<1>(b.k, from, rowsOfA, first, second, to + j, rowsOfC, accumulates);
      else if (rows == 2)
        wideTile<2>(b.k, from, rowsOfA, first, second, to + j, rowsOfC, accumulates);
      else
        wideTile<3>(b.k, from, rowsOfA, first, second, to + j, rowsOfC, accumulates);
    }
    for (; j < b.n; j += kColumns)
      tileOf(rows, b.k, {from, rowsOfA, 1}, b.panel(j), to + j, rowsOfC, std::min(kColumns, b.n - j), accumulates);
  }
  finish(c, rowsOfC, m, b.n, epilogue);
}
