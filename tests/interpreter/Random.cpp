//===- Random.cpp - random numbers that do not depend on the order -------===//

#include "Random.h"

#include "Frame.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlir;

namespace ingot::interpreter {

static uint32_t rotateLeft(uint32_t x, unsigned by) { return x << by | x >> (32 - by); }

std::array<uint32_t, 2> threefry(std::array<uint32_t, 2> key, std::array<uint32_t, 2> counter) {
  static constexpr unsigned rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const uint32_t keys[] = {key[0], key[1], 0x1BD11BDAu ^ key[0] ^ key[1]};
  uint32_t x = counter[0] + keys[0], y = counter[1] + keys[1];
  // A key is injected after every four rounds.
  for (uint32_t turn = 1; turn <= 5; ++turn) {
    for (unsigned rotation : rotations[(turn - 1) % 2]) {
      x += y;
      y = rotateLeft(y, rotation) ^ x;
    }
    x += keys[turn % 3];
    y += keys[(turn + 1) % 3] + turn;
  }
  return {x, y};
}

/// By bisection on erfc, to the last bits of a double.
double normalQuantile(double p) {
  double low = -40, high = 40;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::numbers::sqrt2) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// The upper bits of `word` as a number in [0, 1).
static double uniform(uint32_t word) { return std::ldexp(word >> 8, -24); }

/// The same in (0, 1), at the centres of 2^23 intervals.
static double centered(uint32_t word) { return std::ldexp((word >> 9) + 0.5, -23); }

template <typename Real> static LogicalResult evaluateRandom(RandomOp op, Frame<Real> &frame) {
  const auto seed = static_cast<uint64_t>(op.getFixedSeed().value_or(frame.call.seed));
  const Real a = static_cast<Real>(op.getA().convertToDouble()), b = static_cast<Real>(op.getB().convertToDouble());
  // Share of a normal distribution below -2 standard deviations.
  const double below = std::erfc(std::numbers::sqrt2) / 2;
  auto y = Tensor<Real>::filled(frame.shapeOf(op.getResult().getType()), 0);
  for (size_t i = 0; i < y.reals().size(); ++i) {
    const uint32_t word = threefry({static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
                                   {static_cast<uint32_t>(i), static_cast<uint32_t>(op.getStream())})[0];
    if (op.getKind() == "uniform") {
      const Real width = static_cast<Real>(op.getB().convertToDouble() - op.getA().convertToDouble());
      const Real above = static_cast<Real>(uniform(word)) * width;
      y.reals()[i] = above + a;
    } else if (op.getKind() == "normal") {
      y.reals()[i] = a + b * static_cast<Real>(normalQuantile(centered(word)));
    } else if (op.getKind() == "truncated_normal") {
      const double inside = below + centered(word) * (1 - 2 * below);
      y.reals()[i] = a + b * static_cast<Real>(normalQuantile(inside));
    } else {
      return op.emitError("kind \"") << op.getKind() << "\" is unknown";
    }
  }
  frame.set(op.getResult(), std::move(y));
  return success();
}

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

using Words = std::array<uint32_t, 2>;

template <typename Real> static Tensor<Real> keyTensor(const Words &words) {
  return {{2}, std::vector<int32_t>{static_cast<int32_t>(words[0]), static_cast<int32_t>(words[1])}};
}

template <typename Real> static Words wordsOf(const Tensor<Real> &key) {
  return {static_cast<uint32_t>(key.integers()[0]), static_cast<uint32_t>(key.integers()[1])};
}

template <typename Real> static LogicalResult evaluateSeedKey(SeedKeyOp op, Frame<Real> &frame) {
  const auto seed = static_cast<uint64_t>(op.getFixedSeed().value_or(frame.call.seed));
  const Words halves = {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
  frame.set(op.getKey(), keyTensor<Real>(threefry(halves, {0, 0xffffffff})));
  return success();
}

template <typename Real> static LogicalResult evaluateStepKey(StepKeyOp op, Frame<Real> &frame) {
  const auto step = static_cast<uint32_t>(frame.get(op.getStep()).integers()[0]);
  const auto stream = static_cast<uint32_t>(op.getStream() ? frame.call.stream : 0);
  frame.set(op.getKey(), keyTensor<Real>(threefry(wordsOf(frame.get(op.getBase())), {step, stream})));
  return success();
}

/// Elements that differ in shared axes alone have one number.
template <typename Real> static LogicalResult evaluateRandomMask(RandomMaskOp op, Frame<Real> &frame) {
  Tensor<Real> x = frame.get(op.getX());
  const Words key = wordsOf(frame.get(op.getKey()));
  const double kept = 1 - op.getRate().convertToDouble();
  Shape decisions = x.shape;
  for (int64_t axis : op.getShared())
    decisions[static_cast<size_t>(axis)] = 1;
  forEachPosition(x.shape, [&](Shape at) {
    Real &element = x.reals()[offsetOf(x.shape, at)];
    for (int64_t axis : op.getShared())
      at[static_cast<size_t>(axis)] = 0;
    const auto number = static_cast<uint32_t>(offsetOf(decisions, at));
    const double u = std::ldexp(threefry(key, {number, static_cast<uint32_t>(op.getSalt())})[0], -32);
    element = u < kept ? element * static_cast<Real>(1 / kept) : 0;
  });
  frame.set(op.getResult(), std::move(x));
  return success();
}

//===----------------------------------------------------------------------===//
// Orthogonal matrices
//===----------------------------------------------------------------------===//

/// The vector `element` mirrored at the plane that is normal to `normal`.
template <typename Real, typename Fn> static void reflect(const std::vector<Real> &normal, Fn element) {
  Real along = 0, norm = 0;
  for (size_t k = 0; k < normal.size(); ++k) {
    along += normal[k] * element(k);
    norm += normal[k] * normal[k];
  }
  for (size_t k = 0; k < normal.size(); ++k)
    element(k) -= 2 * along / norm * normal[k];
}

/// Householder's reflections, from the right: another method than the compiler's.
/// The vectors are the rows or, if there are fewer, the columns.
template <typename Real> static LogicalResult evaluateOrthogonalize(OrthogonalizeOp op, Frame<Real> &frame) {
  Tensor<Real> x = frame.get(op.getX());
  const size_t columns = static_cast<size_t>(x.shape.back()), rows = x.reals().size() / columns;
  const size_t count = std::min(rows, columns), length = std::max(rows, columns);
  auto at = [&](std::vector<Real> &values, size_t vector, size_t element) -> Real & {
    return rows <= columns ? values[vector * columns + element] : values[element * columns + vector];
  };
  std::vector<Real> &left = x.reals(), result(left.size(), 0);
  std::vector<std::vector<Real>> mirrors;
  std::vector<Real> signs;
  for (size_t i = 0; i < count; ++i) {
    std::vector<Real> mirror(length, 0);
    Real norm = 0;
    for (size_t k = i; k < length; ++k) {
      mirror[k] = at(left, i, k);
      norm += mirror[k] * mirror[k];
    }
    signs.push_back(mirror[i] > 0 ? Real(-1) : Real(1)); // of the diagonal of R
    mirror[i] -= signs.back() * std::sqrt(norm);
    mirrors.push_back(std::move(mirror));
    for (size_t j = i; j < count; ++j)
      reflect(mirrors.back(), [&](size_t k) -> Real & { return at(left, j, k); });
  }
  for (size_t i = 0; i < count; ++i) {
    at(result, i, i) = signs[i] * static_cast<Real>(op.getGain().convertToDouble());
    for (size_t j = count; j-- > 0;)
      reflect(mirrors[j], [&](size_t k) -> Real & { return at(result, i, k); });
  }
  frame.set(op.getResult(), Tensor<Real>(x.shape, std::move(result)));
  return success();
}

template <typename Real> void addRandomRules(RuleTable<Real> &table) {
  table.template add<OrthogonalizeOp>(evaluateOrthogonalize<Real>);
  table.template add<RandomOp>(evaluateRandom<Real>);
  table.template add<SeedKeyOp>(evaluateSeedKey<Real>);
  table.template add<StepKeyOp>(evaluateStepKey<Real>);
  table.template add<RandomMaskOp>(evaluateRandomMask<Real>);
}

template void addRandomRules(RuleTable<float> &);
template void addRandomRules(RuleTable<double> &);

} // namespace ingot::interpreter
