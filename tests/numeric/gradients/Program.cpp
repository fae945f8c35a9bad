//===- Program.cpp - a module under test, run by the interpreter ---------===//

#include "Program.h"

#include "autodiff/Passes.h"
#include "autodiff/Rules.h"
#include "batching/Passes.h"
#include "batching/Rules.h"
#include "entries/Passes.h"
#include "expand/Passes.h"
#include "train/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace ingot::numeric {

using interpreter::Call;
using interpreter::Result;
using interpreter::Tensor;
using interpreter::Variables;

MLIRContext &context() {
  static MLIRContext &instance = *[] {
    registerEntriesPasses();
    registerExpandPasses();
    registerBatchingPasses();
    registerAutodiffPasses();
    registerTrainPasses();
    registerTransformsPasses();
    DialectRegistry registry;
    registry.insert<IngotDialect>();
    registerBatchingRules(registry);
    registerGradientRules(registry);
    auto *created = new MLIRContext(registry);
    created->loadAllAvailableDialects();
    return created;
  }();
  return instance;
}

Program::Program(const std::string &text, const std::string &pipeline)
    : module(parseSourceString<ModuleOp>(text, &context())) {
  if (!module) {
    ADD_FAILURE() << "does not parse:\n" << text;
    return;
  }
  PassManager passes(&context());
  if (failed(parsePassPipeline(pipeline, passes)) || failed(passes.run(*module))) {
    ADD_FAILURE() << pipeline << " fails on\n" << text;
    module = nullptr;
  }
}

EntryOp Program::entry(StringRef kind) {
  for (EntryOp entry : module->getOps<EntryOp>())
    if (entry.getKind() == kind)
      return entry;
  ADD_FAILURE() << "no entry of kind " << kind.str();
  return {};
}

template <typename Real>
static Tensor<Real> randomTensor(Type type, int64_t batch, double low, double high, bool eitherSign,
                                 std::mt19937 &random) {
  interpreter::Shape shape = shapeOf(type);
  std::replace(shape.begin(), shape.end(), shape::kDynamic, batch);
  const auto count = static_cast<size_t>(interpreter::elementCount(shape));
  if (!isa<FloatType>(cast<RankedTensorType>(type).getElementType())) {
    std::vector<int32_t> labels(count);
    for (int32_t &label : labels)
      label = std::uniform_int_distribution<int32_t>(0, 2)(random);
    return {shape, labels};
  }
  std::vector<Real> elements(count);
  for (Real &element : elements) {
    const double magnitude = std::uniform_real_distribution<double>(low, high)(random);
    element = static_cast<Real>(eitherSign && random() % 2 ? -magnitude : magnitude);
  }
  return {shape, elements};
}

template <typename Real> Variables<Real> Program::randomVariables(std::mt19937 &random) {
  Variables<Real> variables;
  for (VariableOp variable : module->getOps<VariableOp>()) {
    Tensor<Real> &tensor = variables[variable.getSymName().str()];
    if (variable.isWeight())
      tensor = randomTensor<Real>(variable.getType(), 1, 0.3, 1.5, true, random);
    else if (variable.getTensorType().getElementType().isF32())
      tensor = Tensor<Real>::filled(shapeOf(variable.getType()), 0);
    else
      tensor = {shapeOf(variable.getType()), std::vector<int32_t>(variable.getTensorType().getNumElements())};
  }
  return variables;
}

template <typename Real> Call<Real> Program::randomCall(EntryOp entry, int64_t batch, std::mt19937 &random) {
  Call<Real> call;
  call.batch = batch;
  call.variables = randomVariables<Real>(random);
  for (BlockArgument argument : entry.getArguments()) {
    if (!isa<RankedTensorType>(argument.getType()))
      continue;
    auto role = entry.getArgAttrOfType<StringAttr>(argument.getArgNumber(), names::role);
    const bool isInput = !role || role == "input";
    call.inputs.push_back(isInput ? randomTensor<Real>(argument.getType(), batch, 0.3, 1.5, true, random)
                                  : randomTensor<Real>(argument.getType(), batch, 0.1, 0.9, false, random));
  }
  return call;
}

template <typename Real> Result<Real> Program::run(StringRef kind, const Call<Real> &call) {
  FailureOr<Result<Real>> result = interpreter::interpret(entry(kind).block(), call);
  if (failed(result)) {
    ADD_FAILURE() << "the interpreter refuses the entry of kind " << kind.str();
    return {};
  }
  return *result;
}

template Variables<double> Program::randomVariables(std::mt19937 &);
template Variables<float> Program::randomVariables(std::mt19937 &);
template Call<double> Program::randomCall(EntryOp, int64_t, std::mt19937 &);
template Call<float> Program::randomCall(EntryOp, int64_t, std::mt19937 &);
template Result<double> Program::run(StringRef, const Call<double> &);
template Result<float> Program::run(StringRef, const Call<float> &);

/// Central differences with this step are off by its square times the third
/// derivative, and by the rounding of the loss over the step: 1e-10 either way.
static constexpr double step = 1e-5;
static constexpr double tolerance = 1e-6;

void expectGradients(const Variables<double> &gradients, Call<double> call,
                     const std::function<double(const Call<double> &)> &loss) {
  for (const auto &[name, gradient] : gradients) {
    Tensor<double> &variable = call.variables.at(name);
    ASSERT_EQ(gradient.shape, variable.shape) << name;
    std::vector<double> differences;
    double largest = 0;
    for (double &element : variable.reals()) {
      const double middle = element;
      element = middle + step;
      const double above = loss(call);
      element = middle - step;
      const double below = loss(call);
      element = middle;
      differences.push_back((above - below) / (2 * step));
      largest = std::max(largest, std::abs(differences.back()));
    }
    for (size_t i = 0; i < differences.size(); ++i)
      EXPECT_NEAR(gradient.reals()[i], differences[i], tolerance * largest) << "element " << i << " of " << name;
  }
}

} // namespace ingot::numeric
