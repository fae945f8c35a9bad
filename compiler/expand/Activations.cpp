//===- Activations.cpp - Keras' activations in primitives ----------------===//
//
// Formulas and constants: keras/src/activations/activations.py.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

namespace {
using Rule = Value (*)(Formula &, Value);

Value linear(Formula &, Value x) { return x; }
Value exponential(Formula &f, Value x) { return f.unary<ExpOp>(x); }
Value relu(Formula &f, Value x) { return f.unary<ReluOp>(x); }
Value sigmoid(Formula &f, Value x) { return f.unary<SigmoidOp>(x); }
Value softmax(Formula &f, Value x) { return f.unary<SoftmaxOp>(x); }
Value softplus(Formula &f, Value x) { return f.unary<SoftplusOp>(x); }
Value tanh(Formula &f, Value x) { return f.unary<TanhOp>(x); }

/// min(relu(x), 6)
Value relu6(Formula &f, Value x) { return f.binary<MinOp>(f.unary<ReluOp>(x), 6.0); }

/// x > 0 ? x : e^x - 1; the exponent is cut at 0, where it is not used, so that
/// an infinity there does not reach the gradient.
Value elu(Formula &f, Value x) {
  Value zero = f.constant(x, 0);
  Value negative = f.sub(f.unary<ExpOp>(f.binary<MinOp>(x, zero)), 1.0);
  return f.choose("gt", x, zero, x, negative);
}

/// scale * elu(x, alpha)
Value selu(Formula &f, Value x) {
  constexpr double scale = 1.0507009873554804934, alpha = 1.6732632423543772848;
  Value zero = f.constant(x, 0);
  Value negative = f.mul(f.sub(f.unary<ExpOp>(f.binary<MinOp>(x, zero)), 1.0), alpha);
  return f.mul(f.choose("gt", x, zero, x, negative), scale);
}

Value silu(Formula &f, Value x) { return f.mul(x, f.unary<SigmoidOp>(x)); }

/// x (1 + erf(x / sqrt 2)) / 2
Value gelu(Formula &f, Value x) {
  Value e = f.unary<ErfOp>(f.mul(x, 0.70710678118654752440));
  return f.mul(f.mul(x, 0.5), f.add(e, 1.0));
}

Value softsign(Formula &f, Value x) { return f.div(x, f.add(f.unary<AbsOp>(x), 1.0)); }

Value leakyRelu(Formula &f, Value x) {
  return f.choose("gt", x, f.constant(x, 0), x, f.mul(x, 0.2));
}

/// relu6(x + 3) / 6
Value hardSigmoid(Formula &f, Value x) { return f.div(relu6(f, f.add(x, 3.0)), 6.0); }
} // namespace

Value ingot::expandActivation(Formula formula, StringRef name, Value x) {
  Rule rule = llvm::StringSwitch<Rule>(name)
                  .Case("elu", elu)
                  .Case("exponential", exponential)
                  .Case("gelu", gelu)
                  .Case("hard_sigmoid", hardSigmoid)
                  .Case("leaky_relu", leakyRelu)
                  .Case("linear", linear)
                  .Case("relu", relu)
                  .Case("relu6", relu6)
                  .Case("selu", selu)
                  .Case("sigmoid", sigmoid)
                  .Case("silu", silu)
                  .Case("softmax", softmax)
                  .Case("softplus", softplus)
                  .Case("softsign", softsign)
                  .Case("tanh", tanh);
  return rule(formula, x);
}
