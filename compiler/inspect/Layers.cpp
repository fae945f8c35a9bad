//===- Layers.cpp - the layers of a model, and their calls ----------------===//
//
// Tier 1 is walked as if it was inlined. Names of layers are in locations, so what
// is found here is what every later stage speaks of.
//
//===----------------------------------------------------------------------===//

#include "inspect/Layers.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"

#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::inspect;

std::optional<Place> inspect::placeIn(Location loc) {
  std::optional<FileLineColLoc> place = placeOf(loc);
  return place ? std::optional<Place>({place->getFilename().str(), place->getLine(), place->getColumn()}) : std::nullopt;
}

std::optional<size_t> LayerGraph::find(StringRef path) const {
  for (size_t i = 0; i < layers.size(); ++i)
    if (layers[i].path == path)
      return i;
  return std::nullopt;
}

namespace {

class Collector {
public:
  LayerGraph graph;

  void run(ModelOp model) {
    SmallVector<size_t> inputs;
    for (BlockArgument input : model.getArguments())
      inputs.push_back(add(nameOf(input.getLoc()), "InputLayer", input.getLoc(), input.getType(), {}));
    for (size_t output : walk(model.block(), "", inputs))
      graph.outputs.push_back(output);
  }

private:
  /// The calls that give what the block returns; `inputs` give its arguments.
  SmallVector<size_t> walk(Block &block, const std::string &path, ArrayRef<size_t> inputs) {
    llvm::DenseMap<Value, size_t> givenBy;
    for (auto [argument, input] : llvm::zip(block.getArguments(), inputs))
      givenBy[argument] = input;
    auto all = [&](ValueRange values) {
      SmallVector<size_t> calls;
      for (Value value : values)
        if (auto found = givenBy.find(value); found != givenBy.end())
          calls.push_back(found->second);
      return calls;
    };
    for (Operation &op : block.without_terminator()) {
      SmallVector<size_t> results = visit(op, path, all(op.getOperands()));
      for (auto [result, call] : llvm::zip(op.getResults(), results))
        givenBy[result] = call;
    }
    return all(block.getTerminator()->getOperands());
  }

  /// What gives each result: a call of a model and a wrapper are what is in them.
  SmallVector<size_t> visit(Operation &op, const std::string &path, ArrayRef<size_t> inputs) {
    std::string name = path + nameOf(op.getLoc()).str();
    if (auto call = dyn_cast<CallOp>(op))
      if (auto model = SymbolTable::lookupNearestSymbolFrom<ModelOp>(call, call.getCalleeAttr()))
        return walk(model.block(), name + "/", inputs);
    if (auto wrapper = dyn_cast<TimeDistributedOp>(op)) {
      llvm::SaveAndRestore<int64_t> inside(steps, steps * wrapper.getSteps());
      return walk(wrapper.block(), path, inputs);
    }
    SmallVector<size_t> results;
    StringRef mnemonic = op.getName().stripDialect();
    for (Type type : op.getResultTypes())
      results.push_back(add(name, mnemonic, op.getLoc(), type, inputs));
    return results;
  }

  size_t add(StringRef path, StringRef className, Location loc, Type type, ArrayRef<size_t> inputs) {
    auto [known, isNew] = numbers.try_emplace(path, graph.layers.size());
    if (isNew)
      graph.layers.push_back({path.str(), className.str(), 0, {}});
    Layer &layer = graph.layers[known->second];
    layer.calls.push_back(graph.calls.size());
    layer.outputElements += steps * shape::elementsPerSample(shapeOf(type));
    graph.calls.push_back({known->second, shapeOf(type), steps, placeIn(loc), {inputs.begin(), inputs.end()}});
    return graph.calls.size() - 1;
  }

  llvm::StringMap<size_t> numbers;
  int64_t steps = 1;
};

} // namespace

/// The compiled model, or the last one: models come before their callers.
static ModelOp mainModel(ModuleOp module) {
  ModelOp model;
  for (ModelOp op : module.getOps<ModelOp>())
    model = op;
  for (CompileOp compile : module.getOps<CompileOp>())
    if (auto compiled = SymbolTable::lookupNearestSymbolFrom<ModelOp>(compile, compile.getModelAttr()))
      model = compiled;
  return model;
}

std::map<Operation *, std::vector<std::string>> inspect::prefixesOfModels(ModuleOp module) {
  std::map<Operation *, std::vector<std::string>> prefixes;
  auto add = [&](Operation *model, const std::string &prefix) {
    if (!llvm::is_contained(prefixes[model], prefix))
      prefixes[model].push_back(prefix);
  };
  if (ModelOp model = mainModel(module))
    add(model, "");
  // Callers first.
  for (ModelOp model : llvm::reverse(llvm::to_vector(module.getOps<ModelOp>()))) {
    const std::vector<std::string> own = prefixes[model];
    model.walk([&](CallOp call) {
      if (auto callee = SymbolTable::lookupNearestSymbolFrom<ModelOp>(call, call.getCalleeAttr()))
        for (const std::string &prefix : own)
          add(callee, prefix + nameOf(call.getLoc()).str() + "/");
    });
  }
  return prefixes;
}

LayerGraph inspect::collectLayers(ModuleOp module) {
  Collector collector;
  if (ModelOp model = mainModel(module))
    collector.run(model);
  return std::move(collector.graph);
}

static void nameClasses(LayerGraph &graph, const std::vector<std::shared_ptr<graph::Layer>> &layers,
                        const std::string &path) {
  for (const auto &layer : layers) {
    if (std::optional<size_t> found = graph.find(path + layer->name))
      graph.layers[*found].className = layer->className;
    nameClasses(graph, graph::innerLayers(*layer), path + layer->name + "/");
  }
}

void inspect::nameClasses(LayerGraph &layers, const graph::Model &model) { ::nameClasses(layers, model.layers, ""); }
