//===- Labels.h - operands described by letters -----------------*- C++ -*-===//
//
// Tests name the dimensions of operands by letters, as einsum does. Here are
// the shapes, the texts and the positions that follow from them.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_TESTS_NUMERIC_KERNELS_LABELS_H
#define INGOT_TESTS_NUMERIC_KERNELS_LABELS_H

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace ingot::tests {

/// "x, y, z" of its parts.
std::string join(const std::vector<std::string> &parts);

/// Extents of letters. Operands are row-major in the order of their letters.
struct Labels {
  /// Extent 0 stands for the dynamic one, called `size` below.
  std::map<char, int64_t> extents;
  /// Operands start at the offset `%o` behind their pointers.
  bool hasOffset = false;

  bool isDynamic() const;
  int64_t extentOf(char label, int64_t size) const;
  int64_t volumeOf(const std::string &labels, int64_t size) const;

  /// The memref type of an operand, and a line that makes `%<name>` of that
  /// type from the parameter `%p<name>`.
  std::string typeOf(const std::string &labels) const;
  std::string viewOf(const std::string &labels, const std::string &name) const;

  /// For each element over `walked`, row-major: how far it moves the position in the
  /// operand `labels`. A position is the sum of what disjoint letters make of it.
  std::vector<int64_t> movesOf(const std::string &labels, const std::string &walked, int64_t size) const;

  /// Row-major position of an operand's element, and back.
  int64_t positionOf(const std::string &labels,
                     const std::map<char, int64_t> &indices,
                     int64_t size) const;
  void setIndices(const std::string &labels, int64_t position, int64_t size,
                  std::map<char, int64_t> &indices) const;
};

/// The access maps of `operands` over the iteration dimensions `dims`.
std::string mapsOf(const std::string &dims,
                   const std::vector<std::string> &operands);

/// Numbers from [-2, 2), each as likely.
std::vector<float> randomFloats(std::mt19937 &random, int64_t count);

/// The seed of this run: GoogleTest's when given, a fresh one otherwise.
unsigned pickSeed();

} // namespace ingot::tests

#endif // INGOT_TESTS_NUMERIC_KERNELS_LABELS_H
