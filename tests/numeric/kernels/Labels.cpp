//===- Labels.cpp - operands described by letters -------------------------===//
//
// Texts and positions of operands whose dimensions are letters.
//
//===----------------------------------------------------------------------===//

#include "Labels.h"

#include <gtest/gtest.h>

namespace ingot::tests {

std::string join(const std::vector<std::string> &parts) {
  std::string text;
  for (const std::string &part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

static std::vector<std::string> letters(const std::string &labels) {
  std::vector<std::string> result;
  for (char label : labels)
    result.emplace_back(1, label);
  return result;
}

bool Labels::isDynamic() const {
  for (auto [label, extent] : extents)
    if (extent == 0)
      return true;
  return false;
}

int64_t Labels::extentOf(char label, int64_t size) const {
  int64_t extent = extents.at(label);
  return extent == 0 ? size : extent;
}

int64_t Labels::volumeOf(const std::string &labels, int64_t size) const {
  int64_t volume = 1;
  for (char label : labels)
    volume *= extentOf(label, size);
  return volume;
}

/// Distances of neighbours; those that the dynamic letter makes so are `dynamic`.
static std::string stridesOf(const Labels &shapes, const std::string &labels, const std::string &dynamic) {
  std::vector<std::string> strides;
  for (size_t i = 0; i < labels.size(); ++i) {
    int64_t stride = shapes.volumeOf(labels.substr(i + 1), 0);
    strides.push_back(stride == 0 ? dynamic : std::to_string(stride));
  }
  return join(strides);
}

std::string Labels::typeOf(const std::string &labels) const {
  std::string type = "memref<";
  for (char label : labels) {
    int64_t extent = extents.at(label);
    type += (extent == 0 ? "?" : std::to_string(extent)) + "x";
  }
  type += "f32";
  if (hasOffset)
    type += ", strided<[" + stridesOf(*this, labels, "?") + "], offset: ?>";
  return type + ">";
}

std::string Labels::viewOf(const std::string &labels,
                           const std::string &name) const {
  std::vector<std::string> sizes;
  std::string text;
  // One dimension at most stands before the dynamic one.
  size_t dynamic = 0;
  while (dynamic < labels.size() && extents.at(labels[dynamic]) != 0)
    ++dynamic;
  if (dynamic > 0 && dynamic < labels.size())
    text = "    %f" + name + " = arith.constant " + std::to_string(volumeOf(labels.substr(dynamic + 1), 0)) +
           " : index\n    %d" + name + " = arith.muli %s, %f" + name + " : index\n";
  for (char label : labels)
    sizes.push_back(extents.at(label) == 0
                        ? "%s"
                        : std::to_string(extents.at(label)));
  return text + "    %" + name + " = memref.reinterpret_cast %p" + name +
         " to offset: [" + (hasOffset ? "%o" : "0") + "], sizes: [" +
         join(sizes) + "], strides: [" + stridesOf(*this, labels, "%d" + name) +
         "] : memref<1xf32> to " + typeOf(labels) + "\n";
}

std::vector<int64_t> Labels::movesOf(const std::string &labels, const std::string &walked, int64_t size) const {
  std::vector<int64_t> moves(volumeOf(walked, size));
  std::map<char, int64_t> indices;
  for (char label : labels)
    indices[label] = 0;
  for (size_t i = 0; i < moves.size(); ++i) {
    setIndices(walked, static_cast<int64_t>(i), size, indices);
    moves[i] = positionOf(labels, indices, size);
  }
  return moves;
}

int64_t Labels::positionOf(const std::string &labels,
                           const std::map<char, int64_t> &indices,
                           int64_t size) const {
  int64_t position = 0;
  for (char label : labels)
    position = position * extentOf(label, size) + indices.at(label);
  return position;
}

void Labels::setIndices(const std::string &labels, int64_t position,
                        int64_t size, std::map<char, int64_t> &indices) const {
  for (size_t i = labels.size(); i-- > 0;) {
    int64_t extent = extentOf(labels[i], size);
    indices[labels[i]] = position % extent;
    position /= extent;
  }
}

std::string mapsOf(const std::string &dims,
                   const std::vector<std::string> &operands) {
  std::vector<std::string> maps;
  for (const std::string &labels : operands)
    maps.push_back("affine_map<(" + join(letters(dims)) + ") -> (" +
                   join(letters(labels)) + ")>");
  return join(maps);
}

std::vector<float> randomFloats(std::mt19937 &random, int64_t count) {
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(random() >> 8) * 0x1p-22f - 2.0f;
  return values;
}

unsigned pickSeed() {
  int seed = testing::UnitTest::GetInstance()->random_seed();
  return seed != 0 ? seed : std::random_device()();
}

} // namespace ingot::tests
