//===- ModelInfo.cpp - what header, descriptor and report tell -----------===//

#include "codegen/ModelInfo.h"

#include "codegen/HalfWeights.h"
#include "codegen/SelfTest.h"
#include "codegen/debug/Hooks.h"

#include "ingot/Dialect/Spans.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

const EntryInfo *ModelInfo::entry(StringRef kind) const {
  for (const EntryInfo &entry : entries)
    if (entry.kind == kind)
      return &entry;
  return nullptr;
}

int64_t ModelInfo::maxBatch() const {
  int64_t most = 1;
  for (const EntryInfo &entry : entries)
    most = std::max(most, entry.maxBatch);
  return most;
}

uint64_t ModelInfo::preparedValuesBytes() const {
  return prepared.empty() ? 0 : llvm::alignTo(prepared.back().offset + prepared.back().bytes, blockAlignment);
}

std::string ingot::codegen::frozenWeightsSymbol(StringRef prefix) { return (prefix + "_weights").str(); }
std::string ingot::codegen::frozenPreparedSymbol(StringRef prefix) { return (prefix + "_prepared_weights").str(); }

/// "dense.kernel" -> "dense/kernel", the name that weights files use.
static std::string weightName(StringRef symbol) {
  auto [layer, weight] = symbol.rsplit('.');
  return (layer + "/" + weight).str();
}

static TensorInfo tensorInfo(std::string name, ShapedType type, bool batched) {
  TensorInfo info;
  info.name = std::move(name);
  info.isInteger = isa<IntegerType>(type.getElementType());
  info.dims.assign(type.getShape().begin(), type.getShape().end());
  if (batched)
    info.dims.front() = -1;
  return info;
}

/// The tensors among the arguments of `function` whose role is `role`.
static std::vector<TensorInfo> tensorsOf(func::FuncOp function, StringRef role) {
  std::vector<TensorInfo> tensors;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto own = function.getArgAttrOfType<StringAttr>(i, names::role);
    auto name = function.getArgAttrOfType<StringAttr>(i, names::name);
    if (!own || own != role)
      continue;
    tensors.push_back(tensorInfo(name.str(), cast<ShapedType>(type), true));
    if (auto classes = function.getArgAttrOfType<IntegerAttr>(i, names::classes))
      tensors.back().classes = classes.getInt();
  }
  return tensors;
}

static void collectVariables(ModuleOp module, const Layout &layout, ModelInfo &info) {
  llvm::StringMap<size_t> indices;
  auto add = [&](VariableOp variable, std::vector<TensorInfo> &list) -> TensorInfo & {
    list.push_back(tensorInfo(weightName(variable.getSymName()), variable.getTensorType(), false));
    list.back().offset = layout.offsetOf(variable.getSymName());
    return list.back();
  };
  for (VariableOp variable : module.getOps<VariableOp>()) {
    if (!variable.isWeight())
      continue;
    indices[variable.getSymName()] = info.weights.size();
    TensorInfo &weight = add(variable, info.weights);
    weight.trainable = variable.isTrainable();
    if (auto path = variable->getAttrOfType<StringAttr>(names::path))
      weight.path = path.str();
  }
  for (VariableOp variable : module.getOps<VariableOp>())
    if (!variable.isWeight()) {
      TensorInfo &slot = add(variable, info.slots);
      if (auto of = variable.getOf())
        slot.slotOf = indices.lookup(*of);
    }
}

/// Calls of hooks are none.
static int64_t countOperations(func::FuncOp function) {
  int64_t count = 0;
  function.walk([&](Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    const bool isHook = call && (call.getCallee() == hooks::before || call.getCallee() == hooks::after);
    count += isa<linalg::LinalgOp, func::CallOp>(op) && !isHook;
  });
  return count;
}

static void collectLayers(ModuleOp module, ModelInfo &info) {
  if (auto rows = module->getAttrOfType<ArrayAttr>(names::spans))
    for (auto row : rows.getAsRange<DictionaryAttr>())
      info.layers.push_back({row.getAs<StringAttr>("layers").str(),
                             static_cast<uint32_t>(row.getAs<IntegerAttr>("directions").getInt())});
}

static void collectPeak(func::FuncOp function, EntryInfo &entry) {
  if (auto layer = function->getAttrOfType<StringAttr>("ingot.arena_peak_layer"))
    entry.peakLayer = layer.str();
  if (auto live = function->getAttrOfType<DictionaryAttr>("ingot.arena_peak"))
    for (NamedAttribute one : live)
      if (auto bytes = dyn_cast<IntegerAttr>(one.getValue()))
        entry.peak.push_back({one.getName().str(), bytes.getInt()});
  llvm::sort(entry.peak, [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
}

static uint64_t numberOf(func::FuncOp function, StringRef name) {
  auto attribute = function->getAttrOfType<IntegerAttr>(name);
  return attribute ? static_cast<uint64_t>(attribute.getInt()) : 0;
}

/// What `prepare` leaves, once its places are known.
static void collectPrepared(func::FuncOp prepare, ModelInfo &info) {
  info.preparedBytes = numberOf(prepare, names::preparedBytes);
  info.preparePaysFrom = numberOf(prepare, names::preparePaysFrom);
  for (auto [i, type] : llvm::enumerate(prepare.getArgumentTypes())) {
    auto role = prepare.getArgAttrOfType<StringAttr>(i, names::role);
    auto name = prepare.getArgAttrOfType<StringAttr>(i, names::name);
    auto offset = prepare.getArgAttrOfType<IntegerAttr>(i, names::offset);
    if (role && role == "prepared" && name && offset)
      info.prepared.push_back({name.str(), static_cast<uint64_t>(offset.getInt()), tensorBytes(cast<ShapedType>(type), 1)});
  }
}

static void addSelfTest(const SelfTest &test, uint64_t metricsBytes, ModelInfo &info) {
  uint64_t scratch = 0;
  for (const EntryInfo &entry : info.entries)
    if (entry.kind == "predict" || entry.kind == "train_step")
      scratch = std::max(scratch, entry.arenaBytes);
  const uint64_t bytes = SelfTestArena(test, scratch, metricsBytes).bytes;
  info.entries.push_back({"selftest", test.batch, bytes, bytes, 0, 0, {}, {}});
  info.selfTestTolerance = test.tolerance;
}

ModelInfo ingot::codegen::collectModelInfo(ModuleOp module) {
  Layout layout(module);
  ModelInfo info;
  auto prefix = module->getAttrOfType<StringAttr>(names::prefix);
  info.prefix = prefix ? prefix.str() : "model";
  info.modelName = module.getName() ? module.getName()->str() : info.prefix;
  auto numerics = module->getAttrOfType<StringAttr>(names::numerics);
  info.portable = numerics && numerics == "portable";
  info.alignment = callerAlignment(module);
  info.threads = mostThreads(module);
  info.hasFrozenWeights = module->hasAttr(names::frozenWeights);
  info.hasHalfWeights = module->hasAttr(halfWeightsAttribute);
  info.metrics = layout.metrics();
  info.paramsBytes = layout.paramsBytes();
  info.archHash = layout.archHash();
  info.trainHash = layout.trainHash();
  collectVariables(module, layout, info);
  collectLayers(module, info);
  info.stateBytes = info.hasState() ? layout.stateBytes() : 0;
  uint64_t preparedArena = 0, preparedBound = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto kind = function->getAttrOfType<StringAttr>(names::kind);
    if (!kind)
      continue;
    if (kind == kinds::prepare) {
      collectPrepared(function, info);
      continue;
    }
    if (kind == kinds::predictPrepared) {
      preparedArena = numberOf(function, "ingot.arena_bytes");
      preparedBound = numberOf(function, "ingot.arena_lower_bound");
      continue;
    }
    info.entries.push_back({kind.str(), static_cast<int64_t>(numberOf(function, names::maxBatch)),
                            numberOf(function, "ingot.arena_bytes"), numberOf(function, "ingot.arena_lower_bound"),
                            numberOf(function, "ingot.packing_bytes"), countOperations(function), {}, {}});
    collectPeak(function, info.entries.back());
    if (info.inputs.empty())
      info.inputs = tensorsOf(function, "input");
    if (info.outputs.empty())
      info.outputs = tensorsOf(function, "output");
    if (info.targets.empty())
      info.targets = tensorsOf(function, "target");
  }
  // One arena for both bodies of an entry.
  for (EntryInfo &entry : info.entries)
    if (entry.kind == "predict" && preparedArena > entry.arenaBytes) {
      entry.arenaBytes = preparedArena;
      entry.lowerBound = preparedBound;
    }
  if (std::optional<SelfTest> test = SelfTest::fromAttribute(module->getAttr(selfTestAttribute)))
    addSelfTest(*test, layout.metricsBytes(), info);
  return info;
}
