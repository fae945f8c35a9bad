//===- ImportGraph.cpp - the recorded graph as tier-1 IR -----------------===//
//
// In: a checked graph::Model. Out: tier-1 IR. A call of a layer of class `Dense`
// becomes `ingot.dense`: its operands are the call's inputs, its attributes the
// layer's config and one symbol a weight. A nested model is an `ingot.model` of
// its own before its first caller, and its calls are `ingot.call`. What a wrapper
// applies is in regions of its op, under the path `wrapper/layer`.
//
//===----------------------------------------------------------------------===//

#include "import/ImportGraph.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/ErrorHandling.h"

#include <map>
#include <set>

using namespace mlir;
using namespace ingot;

namespace {

class Importer {
public:
  Importer(MLIRContext &context, const graph::Model &model)
      : root(model), builder(&context), module(ModuleOp::create(location(model.name, model.loc), model.name)) {
    builder.setInsertionPointToEnd(module->getBody());
  }

  OwningOpRef<ModuleOp> run() {
    findPaths(root.layers, "");
    for (const auto &layer : graph::weightOwners(root))
      declareVariables(*layer);
    importModel(root);
    if (root.compile)
      importCompile(*root.compile);
    return std::move(module);
  }

private:
  Location location(const std::string &name, const graph::Location &loc) {
    MLIRContext *context = builder.getContext();
    Location place = loc.line ? Location(FileLineColLoc::get(context, loc.file, loc.line, loc.column))
                              : Location(UnknownLoc::get(context));
    return NameLoc::get(StringAttr::get(context, name), place);
  }

  Type type(const graph::TensorType &tensor) {
    Type element = tensor.dtype == graph::DType::I32 ? Type(builder.getI32Type()) : builder.getF32Type();
    return RankedTensorType::get(tensor.shape, element);
  }

  Attribute attribute(const graph::Attribute &value) {
    return std::visit([&](const auto &held) -> Attribute {
      using T = std::decay_t<decltype(held)>;
      if constexpr (std::is_same_v<T, bool>)
        return builder.getBoolAttr(held);
      else if constexpr (std::is_same_v<T, int64_t>)
        return builder.getI64IntegerAttr(held);
      else if constexpr (std::is_same_v<T, double>)
        return builder.getF64FloatAttr(held);
      else if constexpr (std::is_same_v<T, std::string>)
        return builder.getStringAttr(held);
      else
        return builder.getDenseI64ArrayAttr(held);
    }, value);
  }

  NamedAttribute named(StringRef name, Attribute value) { return builder.getNamedAttr(name, value); }

  DictionaryAttr nameAttribute(const std::string &name) {
    return builder.getDictionaryAttr(named(names::name, builder.getStringAttr(name)));
  }

  static std::string symbol(const graph::Layer &layer, const graph::Variable &variable) {
    return layer.name + "." + variable.name;
  }

  DictionaryAttr initializer(const graph::Initializer &init) {
    static constexpr StringLiteral kinds[] = {"constant", "uniform", "normal", "truncated_normal",
                                              "orthogonal", "concat"};
    SmallVector<NamedAttribute> entries = {
        named("kind", builder.getStringAttr(kinds[static_cast<int>(init.kind)]))};
    if (init.kind == graph::Initializer::Kind::Concat) {
      SmallVector<Attribute> parts;
      for (const graph::Initializer &part : init.parts)
        parts.push_back(initializer(part));
      entries.push_back(named("parts", builder.getArrayAttr(parts)));
      entries.push_back(named("sizes", builder.getDenseI64ArrayAttr(init.sizes)));
      return builder.getDictionaryAttr(entries);
    }
    entries.push_back(named("a", builder.getF64FloatAttr(init.a)));
    if (init.kind != graph::Initializer::Kind::Constant && init.kind != graph::Initializer::Kind::Orthogonal)
      entries.push_back(named("b", builder.getF64FloatAttr(init.b)));
    if (init.seed)
      entries.push_back(named("seed", builder.getI64IntegerAttr(static_cast<int64_t>(*init.seed))));
    return builder.getDictionaryAttr(entries);
  }

  /// A layer may be reached by several ways: the first one counts.
  void findPaths(const std::vector<std::shared_ptr<graph::Layer>> &layers, const std::string &path) {
    for (const auto &layer : layers)
      if (paths.emplace(layer.get(), path).second)
        findPaths(graph::innerLayers(*layer), path.empty() ? layer->name : path + "/" + layer->name);
  }

  void declareVariables(const graph::Layer &layer) {
    auto factor = [&](double value) { return value != 0 ? builder.getF64FloatAttr(value) : FloatAttr(); };
    const std::string &path = paths.at(&layer);
    Location loc = location(path.empty() ? layer.name : path + "/" + layer.name, layer.loc);
    for (const graph::Variable &variable : layer.variables) {
      auto op = VariableOp::create(builder, loc, symbol(layer, variable),
                                   RankedTensorType::get(variable.shape, builder.getF32Type()),
                                   initializer(variable.initializer), "weight", FlatSymbolRefAttr(),
                                   /*frozen=*/!(layer.trainable && variable.trainable),
                                   factor(variable.regularizer.l1), factor(variable.regularizer.l2));
      if (!path.empty())
        op->setAttr(names::path, builder.getStringAttr(path));
    }
  }

  /// Models that `model` calls come before it; each is imported once.
  void importModel(const graph::Model &model) {
    if (!imported.insert(&model).second)
      return;
    for (const auto &layer : model.layers)
      importModelsOf(*layer);
    // A call can belong to several models and is another value in each.
    values.clear();
    SmallVector<Type> inputs, outputs;
    SmallVector<Attribute> inputNames, outputNames;
    for (const auto &[input, name] : llvm::zip(model.inputs, model.inputNames)) {
      inputs.push_back(type(graph::typeOf(input)));
      inputNames.push_back(nameAttribute(name));
    }
    for (const auto &[output, name] : llvm::zip(model.outputs, model.outputNames)) {
      outputs.push_back(type(graph::typeOf(output)));
      outputNames.push_back(nameAttribute(name));
    }
    Location loc = location(model.name, model.loc);
    auto op = ModelOp::create(builder, loc, model.name, builder.getFunctionType(inputs, outputs),
                              builder.getArrayAttr(inputNames), builder.getArrayAttr(outputNames));
    Block &block = op.getBody().emplaceBlock();
    for (const auto &[input, inputType] : llvm::zip(model.inputs, inputs))
      bind(input, block.addArgument(inputType, location(input.layer->name, input.layer->loc)));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&block);
    for (const auto &[layer, node] : model.calls)
      if (layer->className != "InputLayer")
        bind(layer, node, importCall(*layer, layer->nodes[node], layer->name));
    SmallVector<Value> results;
    for (const graph::TensorRef &output : model.outputs)
      results.push_back(lookup(output));
    ReturnOp::create(builder, loc, results);
  }

  void importModelsOf(const graph::Layer &layer) {
    if (layer.model)
      return importModel(*layer.model);
    for (const auto &inner : layer.wrapped)
      importModelsOf(*inner);
  }

  /// `node`, a call of `layer`, which is called `path` here.
  ResultRange importCall(const graph::Layer &layer, const graph::Node &node, const std::string &path) {
    Location loc = location(path, node.loc);
    auto inputs = llvm::map_to_vector(node.inputs, [&](const graph::TensorRef &input) { return lookup(input); });
    auto outputs = llvm::map_to_vector(node.outputs, [&](const graph::TensorType &output) { return type(output); });
    if (layer.model)
      return CallOp::create(builder, loc, outputs, layer.name, inputs)->getResults();
    OperationState state(loc, "ingot." + layer.op);
    state.addOperands(inputs);
    state.addTypes(outputs);
    for (const auto &[name, value] : layer.config)
      state.addAttribute(name, attribute(value));
    for (const graph::Variable &variable : layer.variables)
      state.addAttribute(variable.name, FlatSymbolRefAttr::get(builder.getContext(), symbol(layer, variable)));
    for (const auto &[inner, call] : llvm::zip_equal(layer.wrapped, node.inner))
      importWrapped(*inner, call, path + "/" + inner->name, *state.addRegion());
    return builder.create(state)->getResults();
  }

  /// One call, whose inputs are the region's arguments.
  void importWrapped(const graph::Layer &layer, const graph::Node &node, const std::string &path, Region &region) {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&region);
    Location loc = location(path, node.loc);
    for (const graph::TensorRef &input : node.inputs)
      bind(input, block->addArgument(type(graph::typeOf(input)), loc));
    YieldOp::create(builder, loc, importCall(layer, node, path));
  }

  void importCompile(const graph::CompileSpec &spec) {
    SmallVector<NamedAttribute> optimizer = {named("class_name", builder.getStringAttr(spec.optimizer.className))};
    for (const auto &[name, value] : spec.optimizer.config)
      optimizer.push_back(named(name, attribute(value)));
    SmallVector<Attribute> outputs;
    for (const graph::OutputSpec &output : spec.outputs)
      outputs.push_back(outputAttribute(output));
    CompileOp::create(builder, location(root.name, spec.loc), root.name,
                      builder.getDictionaryAttr(optimizer), builder.getArrayAttr(outputs));
  }

  DictionaryAttr outputAttribute(const graph::OutputSpec &output) {
    SmallVector<NamedAttribute> entries = {named("name", builder.getStringAttr(output.name))};
    if (output.loss) {
      entries.push_back(named("loss", builder.getStringAttr(output.loss->name)));
      entries.push_back(named("loss_weight", builder.getF64FloatAttr(output.lossWeight)));
      entries.push_back(named("target", TypeAttr::get(type(output.target))));
      if (output.loss->fromLogits)
        entries.push_back(named("from_logits", builder.getUnitAttr()));
      if (output.loss->labelSmoothing != 0)
        entries.push_back(named("label_smoothing", builder.getF64FloatAttr(output.loss->labelSmoothing)));
    }
    SmallVector<Attribute> metrics;
    for (const graph::Metric &metric : output.metrics)
      metrics.push_back(builder.getDictionaryAttr({named("kind", builder.getStringAttr(metric.kind)),
                                                   named("key", builder.getStringAttr(metric.key))}));
    entries.push_back(named("metrics", builder.getArrayAttr(metrics)));
    return builder.getDictionaryAttr(entries);
  }

  void bind(const std::shared_ptr<graph::Layer> &layer, unsigned node, ValueRange results) {
    for (auto [i, result] : llvm::enumerate(results))
      bind({layer, node, static_cast<unsigned>(i)}, result);
  }

  using Key = std::tuple<const graph::Layer *, unsigned, unsigned>;
  void bind(const graph::TensorRef &tensor, Value value) {
    values[{tensor.layer.get(), tensor.node, tensor.index}] = value;
  }
  Value lookup(const graph::TensorRef &tensor) {
    return values.at({tensor.layer.get(), tensor.node, tensor.index});
  }

  const graph::Model &root;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  std::map<Key, Value> values; ///< of the model that is being imported
  std::set<const graph::Model *> imported;
  std::map<const graph::Layer *, std::string> paths; ///< models and wrappers around a layer
};

} // namespace

OwningOpRef<ModuleOp> ingot::importGraph(MLIRContext &context, const graph::Model &model) {
  context.loadDialect<IngotDialect>();
  return Importer(context, model).run();
}
