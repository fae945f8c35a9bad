//===- Descriptor.cpp - ingot_model_desc in the object -------------------===//
//
// One constant blob: the descriptor, then its tables, then its strings, all
// reached by offsets. Only the entry points and the frozen weights need the
// linker, and for them a distance from the descriptor is enough, so the blob
// stays read-only.
//
//===----------------------------------------------------------------------===//

#include "codegen/Descriptor.h"

#include "lower/Layout.h"

#include <ingot/abi.h>

#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <cstring>

using namespace llvm;
using namespace ingot;
using namespace ingot::codegen;

namespace {

/// The bytes behind the descriptor proper.
class Tables {
public:
  uint32_t addString(StringRef string) {
    uint32_t offset = base() + bytes.size();
    bytes.append(string.begin(), string.end());
    bytes.push_back(0);
    return offset;
  }

  /// Eight-byte aligned, so that it can be read in place.
  template <typename T> uint32_t addTable(const std::vector<T> &rows) {
    bytes.resize(alignTo(bytes.size(), 8));
    uint32_t offset = base() + bytes.size();
    const char *data = reinterpret_cast<const char *>(rows.data());
    bytes.append(data, data + rows.size() * sizeof(T));
    return offset;
  }

  uint32_t addTensors(const std::vector<TensorInfo> &tensors) {
    std::vector<ingot_tensor_desc> rows;
    for (const TensorInfo &tensor : tensors) {
      ingot_tensor_desc row = {};
      row.name = addString(tensor.name);
      row.dtype = tensor.isInteger ? INGOT_I32 : INGOT_F32;
      row.rank = tensor.dims.size();
      row.trainable = tensor.trainable;
      for (size_t i = 0; i < tensor.dims.size() && i < INGOT_MAX_RANK; ++i)
        row.dims[i] = tensor.dims[i];
      row.offset = tensor.offset;
      row.classes = tensor.classes;
      row.variable = tensor.slotOf ? static_cast<uint32_t>(*tensor.slotOf) : UINT32_MAX;
      rows.push_back(row);
    }
    return addTable(rows);
  }

  const std::string &data() const { return bytes; }

private:
  static uint32_t base() { return sizeof(ingot_model_desc); }
  std::string bytes;
};

ingot_model_desc describe(const ModelInfo &info, StringRef summary, Tables &tables) {
  ingot_model_desc desc = {};
  desc.abi_version = INGOT_ABI_VERSION;
  desc.struct_size = sizeof(ingot_model_desc);
  desc.arch_hash = info.archHash;
  desc.train_hash = info.trainHash;
  desc.params_bytes = info.paramsBytes;
  desc.state_bytes = info.stateBytes;
  desc.prepared_bytes = info.preparedBytes;
  desc.align = info.alignment;
  desc.portable = info.portable;
  desc.name = tables.addString(info.modelName);
  desc.input_count = info.inputs.size();
  desc.inputs = tables.addTensors(info.inputs);
  desc.output_count = info.outputs.size();
  desc.outputs = tables.addTensors(info.outputs);
  desc.target_count = info.targets.size();
  desc.targets = tables.addTensors(info.targets);
  desc.variable_count = info.weights.size();
  desc.variables = tables.addTensors(info.weights);
  desc.slot_count = info.slots.size();
  desc.slots = tables.addTensors(info.slots);
  std::vector<uint32_t> metrics;
  for (const std::string &key : info.metrics)
    metrics.push_back(tables.addString(key));
  desc.metric_count = metrics.size();
  desc.metrics = tables.addTable(metrics);
  desc.summary = tables.addString(summary);
  std::vector<ingot_layer_desc> layers;
  for (const LayerInfo &layer : info.layers)
    layers.push_back({tables.addString(layer.name), layer.directions});
  desc.layer_count = layers.size();
  desc.layers = layers.empty() ? 0 : tables.addTable(layers);
  return desc;
}

/// Defines a constant that entry points have declared.
GlobalVariable *defineConstant(Module &module, StringRef name, StringRef bytes) {
  GlobalVariable *constant = module.getGlobalVariable(name);
  assert(constant && "ingot-emit-entry-points declares it");
  constant->setInitializer(ConstantDataArray::getRaw(bytes, bytes.size(), Type::getInt8Ty(module.getContext())));
  constant->setLinkage(GlobalValue::InternalLinkage);
  return constant;
}

/// A name for `function` that a shared library cannot preempt: its distance is
/// known at link time even there.
GlobalAlias *localAlias(Function &function) {
  return GlobalAlias::create(function.getFunctionType(), 0, GlobalValue::InternalLinkage,
                             function.getName() + ".local", &function, function.getParent());
}

} // namespace

void ingot::codegen::emitDescriptor(Module &module, const ModelInfo &info, StringRef summary) {
  LLVMContext &context = module.getContext();
  Type *i8 = Type::getInt8Ty(context), *i32 = Type::getInt32Ty(context), *i64 = Type::getInt64Ty(context);
  Tables tables;
  ingot_model_desc desc = describe(info, summary, tables);
  const char *raw = reinterpret_cast<const char *>(&desc);
  size_t headBytes = offsetof(ingot_model_desc, entries);

  StructType *entryType = StructType::get(context, {i32, i32, i64});
  ArrayType *entriesType = ArrayType::get(entryType, INGOT_ENTRY_COUNT);
  ArrayType *headType = ArrayType::get(i8, headBytes), *tailType = ArrayType::get(i8, tables.data().size());
  StructType *type = StructType::get(context, {headType, entriesType, i32, i32, i64, i32, i32, i32, i32, tailType});
  auto *global = new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::InternalLinkage, nullptr,
                                    info.prefix + "_model_desc");
  global->setAlignment(Align(8));

  Type *word = module.getDataLayout().getIntPtrType(context);
  auto distanceOf = [&](Constant *value) {
    Constant *distance = ConstantExpr::getSub(ConstantExpr::getPtrToInt(value, word), ConstantExpr::getPtrToInt(global, word));
    return word == i32 ? distance : ConstantExpr::getTrunc(distance, i32);
  };
  // A function of WebAssembly has a number and no address.
  const bool hasAddresses = !module.getTargetTriple().isWasm();
  Constant *none = ConstantInt::get(i32, 0), *threads = ConstantInt::get(i32, info.threads), *frozen = none;
  if (info.hasFrozenWeights) {
    GlobalVariable *weights = defineConstant(module, frozenWeightsSymbol(info.prefix), info.frozenWeights);
    // Readers of it expect floats; of halves they call `init`.
    if (!info.hasHalfWeights)
      frozen = distanceOf(weights);
  }
  if (info.hasFrozenPrepared())
    defineConstant(module, frozenPreparedSymbol(info.prefix), info.frozenPrepared);
  SmallVector<Constant *> entries;
  for (StringRef kind : entryKinds) {
    Function *function = module.getFunction(info.prefix + "_" + kind.str());
    Constant *distance = function && hasAddresses ? distanceOf(localAlias(*function)) : none;
    const EntryInfo *entry = info.entry(kind);
    entries.push_back(ConstantStruct::get(entryType, {distance, ConstantInt::get(i32, entry ? entry->maxBatch : 0),
                                                      ConstantInt::get(i64, entry ? entry->arenaBytes : 0)}));
  }
  auto bytes = [&](StringRef data) { return ConstantDataArray::getRaw(data, data.size(), i8); };
  global->setInitializer(ConstantStruct::get(
      type, {bytes(StringRef(raw, headBytes)), ConstantArray::get(entriesType, entries), frozen, threads,
             ConstantInt::get(i64, info.preparePaysFrom), none, ConstantInt::get(i32, desc.layer_count),
             ConstantInt::get(i32, desc.layers), none, bytes(tables.data())}));

  auto *accessor = Function::Create(FunctionType::get(PointerType::get(context, 0), false),
                                    GlobalValue::ExternalLinkage, info.prefix + "_model", module);
  accessor->addFnAttr(Attribute::NoUnwind);
  IRBuilder<>(BasicBlock::Create(context, "", accessor)).CreateRet(global);
}
