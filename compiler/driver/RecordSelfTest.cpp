//===- RecordSelfTest.cpp - what a device is to find ----------------------===//
//
// What is expected must not come from the code that is tested. So the same text is
// compiled once more, in portable numerics and for the machine that compiles, and
// called through its descriptor. Portable objects have the same bits. Of others, values
// are taken that do not change much when weights do a little: rounding does no more.
//
//===----------------------------------------------------------------------===//

#include "driver/RecordSelfTest.h"

#include "codegen/AlignedBlock.h"

#include "ingot/Dialect/Ingot.h"
#include "lower/Layout.h"

#include <ingot/abi.h>

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cmath>
#include <cstring>

using namespace llvm;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::driver;

namespace {

/// What native code may differ by: fused multiply-adds, an optimizer that divides by
/// what is nearly zero.
constexpr float nativeTolerance = 1e-3f;

/// How much weights change to see what depends on rounding.
constexpr float disturbance = 1.0f / (1 << 18);

/// At most so many values of all outputs, and of each weight.
constexpr size_t mostOutputs = 64, mostOfAWeight = 8;

/// A number that depends on both.
uint32_t hashed(uint32_t index, uint32_t stream) {
  uint32_t x = index * 0x9E3779B9u + stream;
  x = (x ^ x >> 16) * 0x85EBCA6Bu;
  x = (x ^ x >> 13) * 0xC2B2AE35u;
  return x ^ x >> 16;
}

//===----------------------------------------------------------------------===//
// The object that is called
//===----------------------------------------------------------------------===//

/// The text of `module` without what it says of its target.
std::string textForThisMachine(mlir::ModuleOp module, int32_t batch) {
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  const StringRef kept[] = {names::stage, names::prefix, names::frozenWeights};
  for (mlir::NamedAttribute attribute : llvm::to_vector((*copy)->getDiscardableAttrs()))
    if (!llvm::is_contained(kept, attribute.getName().getValue()))
      (*copy)->removeDiscardableAttr(attribute.getName());
  (*copy)->setAttr(names::maxBatch, mlir::Builder(module.getContext()).getI64IntegerAttr(batch));
  std::string text;
  raw_string_ostream out(text);
  (*copy)->print(out);
  return text;
}

Options optionsForThisMachine(const Options &options) {
  Options own;
  own.emit = {"obj"};
  own.triple = sys::getProcessTriple();
  own.cpu = Triple(own.triple).isX86() ? "x86-64" : "generic";
  own.numerics = Numerics::Portable;
  own.weights = options.weights;
  return own;
}

/// An object in this process.
class LoadedObject {
public:
  static llvm::Expected<LoadedObject> load(const std::string &bytes, StringRef prefix) {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    LoadedObject object;
    auto jit = orc::LLJITBuilder().create();
    if (!jit)
      return jit.takeError();
    object.jit = std::move(*jit);
    if (Error error = object.jit->addObjectFile(MemoryBuffer::getMemBufferCopy(bytes)))
      return error;
    auto model = object.jit->lookup((prefix + "_model").str());
    if (!model)
      return model.takeError();
    object.desc = model->toPtr<const ingot_model_desc *()>()();
    return object;
  }

  const ingot_model_desc *operator->() const { return desc; }
  const ingot_model_desc &operator*() const { return *desc; }

  template <typename Function> Function *entry(ingot_entry number) const {
    return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, number)));
  }

private:
  std::unique_ptr<orc::LLJIT> jit;
  const ingot_model_desc *desc = nullptr;
};

//===----------------------------------------------------------------------===//
// What goes in
//===----------------------------------------------------------------------===//

ArrayRef<ingot_tensor_desc> tensorsAt(const ingot_model_desc &desc, uint32_t offset, uint32_t count) {
  return ArrayRef(ingot_tensors(&desc, offset), count);
}

size_t elementsOf(const ingot_tensor_desc &tensor, int32_t batch) {
  size_t elements = 1;
  for (uint32_t i = 0; i < tensor.rank; ++i)
    elements *= tensor.dims[i] < 0 ? batch : tensor.dims[i];
  return elements;
}

/// Numbers in [-1, 1), or for a target in [0, 1); of integers the least is as frequent
/// as it takes for masks.
std::vector<int32_t> invent(const ingot_tensor_desc &tensor, int32_t batch, uint32_t stream, bool isTarget) {
  constexpr uint32_t unlimited = 8, share = 5;
  std::vector<int32_t> words(elementsOf(tensor, batch));
  for (size_t i = 0; i < words.size(); ++i) {
    const uint32_t random = hashed(i, stream);
    if (tensor.dtype == INGOT_I32)
      words[i] = i % share == share - 1 ? 0 : random % (tensor.classes ? tensor.classes : unlimited);
    else
      words[i] = llvm::bit_cast<int32_t>(static_cast<float>(random >> 8) / (1 << (isTarget ? 24 : 23)) - (isTarget ? 0 : 1));
  }
  return words;
}

//===----------------------------------------------------------------------===//
// What comes out
//===----------------------------------------------------------------------===//

/// Blocks after the calls.
struct Answers {
  std::vector<float> outputs, metrics, params;
};

/// The calls of a self-test.
class Calls {
public:
  Calls(const LoadedObject &object, const SelfTest &test) : object(object), test(test) {}

  /// With weights that differ by `change`, relatively, from what they should be.
  llvm::Expected<Answers> run(float change) {
    AlignedBlock params(object->params_bytes, blockAlignment), state(object->state_bytes, blockAlignment);
    auto *weights = static_cast<float *>(params.data());
    auto *train = object.entry<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP);
    if (const float *frozen = ingot_frozen_weights(&*object))
      std::memcpy(weights, frozen, object->params_bytes);
    if (auto *init = object.entry<ingot_init_fn>(INGOT_ENTRY_INIT))
      called(init(weights, train ? state.data() : nullptr, SelfTest::seed), "init");
    for (const ingot_tensor_desc &weight : tensorsAt(*object, object->variables, object->variable_count))
      for (size_t i = 0, first = weight.offset / 4; change != 0 && i < elementsOf(weight, 1); ++i)
        weights[first + i] *= 1 + (hashed(i, weight.offset) & 1 ? change : -change);

    Answers answers;
    if (auto *predict = object.entry<ingot_predict_fn>(INGOT_ENTRY_PREDICT))
      answers.outputs = callPredict(predict, weights);
    if (train)
      answers.metrics = callTrain(train, weights, state.data());
    answers.params.assign(weights, weights + object->params_bytes / 4);
    if (!refusal.empty())
      return createStringError(inconvertibleErrorCode(), refusal);
    return answers;
  }

private:
  void called(int32_t status, const char *entry) {
    if (status != INGOT_OK && refusal.empty())
      refusal = std::string("`") + entry + "` refused a call of the self-test with status " + std::to_string(status) +
                "; this is a bug of the compiler";
  }

  std::vector<float> callPredict(ingot_predict_fn *predict, const float *weights) {
    std::vector<float> outputs(test.bytesOfOutputs() / 4);
    std::vector<const void *> in = pointers(test.inputs);
    std::vector<void *> out;
    float *next = outputs.data();
    for (int64_t bytes : test.outputBytes) {
      out.push_back(next);
      next += bytes / 4;
    }
    AlignedBlock arena(object->entries[INGOT_ENTRY_PREDICT].arena_bytes, blockAlignment);
    called(predict(weights, nullptr, in.data(), out.data(), test.batch, arena.data(), nullptr), "predict");
    return outputs;
  }

  std::vector<float> callTrain(ingot_train_step_fn *train, float *weights, void *state) {
    std::vector<float> metrics(object->metric_count * sizeof(ingot_mean) / 4);
    std::vector<const void *> in = pointers(test.inputs), targets;
    for (const void *target : pointers(test.targets))
      targets.insert(targets.end(), {target, nullptr});
    AlignedBlock arena(object->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes, blockAlignment);
    called(train(weights, state, in.data(), targets.data(), test.batch, metrics.data(), arena.data(), nullptr), "train_step");
    return metrics;
  }

  static std::vector<const void *> pointers(const std::vector<std::vector<int32_t>> &tensors) {
    std::vector<const void *> pointers;
    for (const std::vector<int32_t> &tensor : tensors)
      pointers.push_back(tensor.data());
    return pointers;
  }

  const LoadedObject &object;
  const SelfTest &test;
  std::string refusal;
};

/// Values that are the same in both, as far as it goes, and numbers.
class Samples {
public:
  Samples(ArrayRef<float> answers, ArrayRef<float> disturbed, float tolerance)
      : answers(answers), disturbed(disturbed), tolerance(tolerance) {}

  /// Up to `most` of the `count` values that begin at `first`, from all over them.
  void take(size_t first, size_t count, size_t most, std::vector<codegen::Expected> &taken) const {
    const size_t stride = std::max<size_t>(1, (count + most - 1) / most);
    for (size_t i = 0, found = 0; i < count && found < most; i += stride)
      if (isSteady(first + i)) {
        taken.push_back({static_cast<int32_t>(4 * (first + i)), answers[first + i]});
        ++found;
      }
  }

private:
  bool isSteady(size_t i) const {
    const float value = answers[i];
    return std::isfinite(value) &&
           std::fabs(value - disturbed[i]) <= tolerance / 4 * std::max(1.0f, std::fabs(value));
  }

  ArrayRef<float> answers, disturbed;
  float tolerance;
};

/// Bytes of what goes in, of one sample.
uint64_t bytesOfASample(mlir::ModuleOp module) {
  uint64_t most = 0;
  for (auto entry : module.getOps<EntryOp>()) {
    uint64_t bytes = 0;
    for (unsigned i = 0; i < entry.getNumArguments(); ++i) {
      auto role = entry.getArgAttrOfType<mlir::StringAttr>(i, names::role);
      if (role && (role == "input" || role == "target"))
        bytes += tensorBytes(llvm::cast<mlir::ShapedType>(entry.getArgumentTypes()[i]), 1);
    }
    most = std::max(most, bytes);
  }
  return std::max<uint64_t>(1, most);
}

/// Enough samples for the tiles of kernels, as long as they are small; no more than the
/// entries take.
int32_t batchOf(mlir::ModuleOp module) {
  constexpr int64_t few = 2, enough = 8, smallBytes = 8 << 10;
  int64_t batch = std::clamp<int64_t>(smallBytes / bytesOfASample(module), few, enough);
  auto all = module->getAttrOfType<mlir::IntegerAttr>(names::maxBatch);
  auto own = module->getAttrOfType<mlir::DictionaryAttr>("ingot.max_batch_of");
  for (StringRef kind : {"predict", "train_step"}) {
    auto of = own ? own.getAs<mlir::IntegerAttr>(kind) : mlir::IntegerAttr();
    batch = std::min(batch, of ? of.getInt() : all ? all.getInt() : batch);
  }
  return static_cast<int32_t>(batch);
}

} // namespace

std::vector<std::string> ingot::driver::entriesToBuild(std::vector<std::string> entries, bool hasFrozenWeights) {
  const size_t asked = entries.size();
  llvm::erase(entries, "selftest");
  if (entries.size() == asked || entries.empty())
    return entries;
  if (!llvm::is_contained(entries, "init") && (!hasFrozenWeights || llvm::is_contained(entries, "train_step")))
    entries.push_back("init");
  return entries;
}

llvm::Expected<SelfTest> ingot::driver::recordSelfTest(mlir::ModuleOp module, const Options &options) {
  SelfTest test;
  test.batch = batchOf(module);
  const Result compiled = compileIR(textForThisMachine(module, test.batch), "selftest", optionsForThisMachine(options));
  if (!compiled.ok)
    return createStringError(inconvertibleErrorCode(), "the self-test cannot be recorded: " + compiled.diagnostics.back().message);
  auto prefix = module->getAttrOfType<mlir::StringAttr>(names::prefix);
  auto object = LoadedObject::load(compiled.artefacts.front().contents, prefix ? prefix.getValue() : "model");
  if (!object)
    return object.takeError();

  uint32_t stream = 1;
  for (const ingot_tensor_desc &input : tensorsAt(**object, (*object)->inputs, (*object)->input_count))
    test.inputs.push_back(invent(input, test.batch, stream++, /*isTarget=*/false));
  for (const ingot_tensor_desc &target : tensorsAt(**object, (*object)->targets, (*object)->target_count))
    test.targets.push_back(invent(target, test.batch, stream++, /*isTarget=*/true));
  for (const ingot_tensor_desc &output : tensorsAt(**object, (*object)->outputs, (*object)->output_count))
    test.outputBytes.push_back(4 * elementsOf(output, test.batch));
  if (const float *frozen = ingot_frozen_weights(&**object))
    test.weightsHash = SelfTest::hashOf({reinterpret_cast<const char *>(frozen), (*object)->params_bytes});

  auto numerics = module->getAttrOfType<mlir::StringAttr>(names::numerics);
  const bool isPortable = numerics && numerics == "portable";
  test.tolerance = isPortable ? 0 : nativeTolerance;
  auto answers = Calls(*object, test).run(0);
  if (!answers)
    return answers.takeError();
  auto disturbed = Calls(*object, test).run(isPortable ? 0 : disturbance);
  if (!disturbed)
    return disturbed.takeError();
  Samples(answers->outputs, disturbed->outputs, test.tolerance).take(0, answers->outputs.size(), mostOutputs, test.outputs);
  if (!(*object).entry<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP))
    return test;
  Samples metrics(answers->metrics, disturbed->metrics, test.tolerance);
  for (size_t i = 0; i < (*object)->metric_count; ++i)
    metrics.take(i * sizeof(ingot_mean) / 4, 1, 1, test.metrics);
  Samples params(answers->params, disturbed->params, test.tolerance);
  for (const ingot_tensor_desc &weight : tensorsAt(**object, (*object)->variables, (*object)->variable_count))
    params.take(weight.offset / 4, elementsOf(weight, 1), mostOfAWeight, test.params);
  return test;
}
