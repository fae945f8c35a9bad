//===- Reference.cpp - a program run by the interpreter -------------------===//

#include "Reference.h"

#include "mlir/Parser/Parser.h"

#include <stdexcept>

using namespace mlir;

namespace ingot::numeric {

static MLIRContext &context() {
  static MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<IngotDialect>();
  return context;
}

template <typename Real> static interpreter::Tensor<Real> convert(const Values &values) {
  if (const auto *floats = std::get_if<std::vector<float>>(&values.data))
    return {values.shape, std::vector<Real>(floats->begin(), floats->end())};
  return {values.shape, values.integers()};
}

template <typename Real> static interpreter::Variables<Real> convert(const NamedValues &values) {
  interpreter::Variables<Real> converted;
  for (const auto &[name, value] : values)
    converted[name] = convert<Real>(value);
  return converted;
}

template <typename Real>
Reference<Real>::Reference(const std::string &program) : module(parseSourceString<ModuleOp>(program, &context())) {
  if (!module)
    throw std::runtime_error("the program does not parse");
}

template <typename Real> EntryOp Reference<Real>::entry(StringRef kind) const {
  for (EntryOp entry : module->getOps<EntryOp>())
    if (entry.getKind() == kind)
      return entry;
  throw std::runtime_error("the program has no entry of kind " + kind.str());
}

template <typename Real>
interpreter::Result<Real> Reference<Real>::run(EntryOp entry, const interpreter::Call<Real> &call) const {
  FailureOr<interpreter::Result<Real>> result = interpreter::interpret(entry.block(), call);
  if (failed(result))
    throw std::runtime_error("the interpreter refuses the entry of kind " + entry.getKind().str());
  return std::move(*result);
}

template <typename Real>
interpreter::Result<Real> Reference<Real>::run(StringRef kind, const NamedValues &variables, const Batch &batch,
                                               const NamedValues &gradients) const {
  EntryOp entry = this->entry(kind);
  interpreter::Call<Real> call;
  call.variables = convert<Real>(variables);
  call.gradients = convert<Real>(gradients);
  call.batch = batch.size;
  for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
    const StringRef role = entry.getArgAttrOfType<StringAttr>(i, names::role).getValue();
    StringRef name = entry.getArgAttrOfType<StringAttr>(i, names::name).getValue();
    if (role == "stream") {
      call.stream = batch.stream;
      continue;
    }
    if (role == "sample_weight") {
      name.consume_back("_sample_weight");
      auto weight = batch.sampleWeights.find(name.str());
      call.inputs.push_back(weight == batch.sampleWeights.end() ? interpreter::Tensor<Real>::filled({batch.size}, 1)
                                                                : convert<Real>(weight->second));
    } else {
      call.inputs.push_back(convert<Real>((role == "target" ? batch.targets : batch.inputs).at(name.str())));
    }
  }
  return run(entry, call);
}

template <typename Real> interpreter::Result<Real> Reference<Real>::init(uint64_t seed) const {
  interpreter::Call<Real> call;
  call.seed = static_cast<int64_t>(seed);
  return run(entry("init"), call);
}

template class Reference<float>;
template class Reference<double>;

} // namespace ingot::numeric
