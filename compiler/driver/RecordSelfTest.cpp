//===- RecordSelfTest.cpp - what a device is to find ----------------------===//
//
// What is expected must not come from the code that is tested. So the same text is
// compiled once more, in portable numerics and for the machine that compiles, and
// called through its descriptor. Portable objects have the same bits, all of which are
// hashed. Of others, sums are taken that do not change much when weights do a little:
// rounding does no more.
//
//===----------------------------------------------------------------------===//

#include "driver/RecordSelfTest.h"

#include "codegen/AlignedBlock.h"
#include "codegen/HalfWeights.h"
#include "codegen/kernels/CostModel.h"

#include "ingot/Dialect/Ingot.h"
#include "lower/Layout.h"

#include <ingot/abi.h>

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace llvm;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::driver;

namespace {

/// What native code may differ by: fused multiply-adds, an optimizer that divides by
/// what is nearly zero.
constexpr float nativeTolerance = 1e-4f;

/// How much weights change to see what depends on rounding.
constexpr float disturbance = 1.0f / (1 << 18);

/// At most so many values of a tensor of which the sum is of no use.
constexpr size_t mostOfATensor = 8;

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
  const StringRef kept[] = {names::stage, names::prefix, names::frozenWeights, halfWeightsAttribute};
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
  own.halfWeights = options.halfWeights;
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

Invented inventionOf(const ingot_tensor_desc &tensor, int32_t batch, bool isTarget) {
  // Of what an integer is, as little is known as of an unlabelled axis.
  constexpr int32_t few = 8;
  const auto elements = static_cast<int32_t>(elementsOf(tensor, batch));
  if (tensor.dtype == INGOT_I32)
    return {elements, Invented::Integers, tensor.classes ? static_cast<int32_t>(tensor.classes) : few};
  return {elements, isTarget ? Invented::Shares : Invented::Numbers};
}

/// The elements of all, one tensor after the other.
struct Tensors {
  Tensors(const SelfTest &test, uint32_t state) {
    for (const Invented &tensor : test.inputs)
      inputs.push_back(tensor.elementsFrom(state));
    for (const Invented &tensor : test.targets)
      targets.push_back(tensor.elementsFrom(state));
  }
  std::vector<std::vector<int32_t>> inputs, targets;
};

//===----------------------------------------------------------------------===//
// What comes out
//===----------------------------------------------------------------------===//

/// Blocks after the calls. An output that is not the same in all of them is no number.
struct Answers {
  std::vector<float> outputs, metrics, params, state;

  bool areNumbers() const {
    return llvm::all_of(outputs, isNumber) && llvm::all_of(metrics, isNumber) && llvm::all_of(params, isNumber);
  }
  static bool isNumber(float value) { return std::isfinite(value); }
};

StringRef wordsOf(ArrayRef<float> values) { return {reinterpret_cast<const char *>(values.data()), 4 * values.size()}; }

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
    uint32_t random = Invented::firstState;
    if (test.nudges) {
      const Invented nudges = {static_cast<int32_t>(object->params_bytes / 4), Invented::Nudges};
      for (auto [i, nudge] : llvm::enumerate(nudges.elementsFrom(random)))
        weights[i] += llvm::bit_cast<float>(nudge);
    }
    const Tensors tensors(test, random);
    for (const ingot_tensor_desc &weight : tensorsAt(*object, object->variables, object->variable_count))
      for (size_t i = 0, first = weight.offset / 4; change != 0 && i < elementsOf(weight, 1); ++i)
        weights[first + i] *= 1 + (hashed(i, weight.offset) & 1 ? change : -change);

    Answers answers;
    if (auto *predict = object.entry<ingot_predict_fn>(INGOT_ENTRY_PREDICT))
      answers.outputs = callPredict(predict, weights, tensors);
    if (train)
      answers.metrics = callTrain(train, weights, state.data(), tensors);
    answers.params.assign(weights, weights + object->params_bytes / 4);
    const auto *words = static_cast<const float *>(state.data());
    answers.state.assign(words, words + object->state_bytes / 4);
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

  std::vector<float> callPredict(ingot_predict_fn *predict, const float *weights, const Tensors &tensors) {
    std::vector<float> outputs(test.bytesOfOutputs() / 4);
    std::vector<const void *> in = pointers(tensors.inputs);
    std::vector<void *> out;
    float *next = outputs.data();
    for (int64_t bytes : test.outputBytes) {
      out.push_back(next);
      next += bytes / 4;
    }
    AlignedBlock arena(object->entries[INGOT_ENTRY_PREDICT].arena_bytes, blockAlignment);
    std::vector<float> first;
    for (int32_t batch = test.predictBatch; batch > 0; --batch) {
      called(predict(weights, nullptr, in.data(), out.data(), batch, arena.data(), nullptr), "predict");
      if (first.empty())
        first = outputs;
      for (auto [known, found] : llvm::zip_equal(first, outputs))
        if (llvm::bit_cast<uint32_t>(known) != llvm::bit_cast<uint32_t>(found))
          known = std::numeric_limits<float>::quiet_NaN();
    }
    return first;
  }

  std::vector<float> callTrain(ingot_train_step_fn *train, float *weights, void *state, const Tensors &tensors) {
    std::vector<float> metrics(object->metric_count * sizeof(ingot_mean) / 4);
    std::vector<const void *> in = pointers(tensors.inputs), targets;
    for (const void *target : pointers(tensors.targets))
      targets.insert(targets.end(), {target, nullptr});
    AlignedBlock arena(object->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes, blockAlignment);
    for (int32_t batch = test.trainBatch; batch > 0; --batch)
      called(train(weights, state, in.data(), targets.data(), batch, metrics.data(), arena.data(), nullptr), "train_step");
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

/// What is the same in both, as far as it goes, and a number.
class Samples {
public:
  Samples(ArrayRef<float> answers, ArrayRef<float> disturbed, float tolerance)
      : answers(answers), disturbed(disturbed), tolerance(tolerance) {}

  /// Of the `count` values that begin at `first`, the sum, or where that depends on
  /// rounding, some from all over them.
  void take(size_t first, size_t count, std::vector<codegen::Expected> &taken) const {
    if (takeSum(first, count, taken))
      return;
    const size_t stride = std::max<size_t>(1, (count + mostOfATensor - 1) / mostOfATensor);
    for (size_t i = 0; i < count; i += stride)
      takeSum(first + i, 1, taken);
  }

private:
  bool takeSum(size_t first, size_t count, std::vector<codegen::Expected> &taken) const {
    const float sum = codegen::Expected::sumOf(answers.slice(first, count));
    const float other = codegen::Expected::sumOf(disturbed.slice(first, count));
    const bool isSteady = std::isfinite(sum) && std::fabs(sum - other) <= tolerance / 4 * std::max(1.0f, std::fabs(sum));
    if (isSteady)
      taken.push_back({static_cast<int32_t>(4 * first), static_cast<int32_t>(count), sum});
    return isSteady;
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

/// As many samples as it takes for all tiles of kernels, while they are small, but no more
/// than the entry `kind` takes.
int32_t batchOf(mlir::ModuleOp module, StringRef kind) {
  constexpr int64_t few = 2, smallBytes = 64 << 10;
  auto goal = module->getAttrOfType<mlir::StringAttr>(names::optimizeFor);
  const int64_t batch = std::min(rowsForAllTiles(/*forSize=*/goal && goal == "size"),
                                 std::max<int64_t>(few, smallBytes / bytesOfASample(module)));
  auto all = module->getAttrOfType<mlir::IntegerAttr>(names::maxBatch);
  auto own = module->getAttrOfType<mlir::DictionaryAttr>("ingot.max_batch_of");
  auto of = own ? own.getAs<mlir::IntegerAttr>(kind) : mlir::IntegerAttr();
  return static_cast<int32_t>(std::min(batch, of ? of.getInt() : all ? all.getInt() : batch));
}

bool hasFloatsAlone(const ingot_model_desc &desc) {
  return desc.params_bytes && llvm::all_of(tensorsAt(desc, desc.variables, desc.variable_count),
                                           [](const ingot_tensor_desc &weight) { return weight.dtype == INGOT_F32; });
}

bool hasEntry(mlir::ModuleOp module, StringRef kind) {
  return llvm::any_of(module.getOps<EntryOp>(), [&](EntryOp entry) { return entry.getKind() == kind; });
}

} // namespace

std::vector<std::string> ingot::driver::entriesToBuild(std::vector<std::string> entries, mlir::ModuleOp module) {
  const bool isTested = llvm::is_contained(entries, "selftest");
  llvm::erase(entries, "selftest");
  const bool drawsWeights = isTested && (!module->hasAttr(names::frozenWeights) || llvm::is_contained(entries, "train_step"));
  if (!entries.empty() && !llvm::is_contained(entries, "init") && (drawsWeights || module->hasAttr(halfWeightsAttribute)))
    entries.push_back("init");
  return entries;
}

llvm::Expected<SelfTest> ingot::driver::recordSelfTest(mlir::ModuleOp module, const Options &options, StringRef weights) {
  SelfTest test;
  if (hasEntry(module, "predict"))
    test.predictBatch = batchOf(module, "predict");
  if (hasEntry(module, "train_step"))
    test.trainBatch = batchOf(module, "train_step");
  const Result compiled = compileIR(textForThisMachine(module, test.batch()), "selftest", optionsForThisMachine(options));
  if (!compiled.ok)
    return createStringError(inconvertibleErrorCode(), "the self-test cannot be recorded: " + compiled.diagnostics.back().message);
  auto prefix = module->getAttrOfType<mlir::StringAttr>(names::prefix);
  auto object = LoadedObject::load(compiled.artefacts.front().contents, prefix ? prefix.getValue() : "model");
  if (!object)
    return object.takeError();

  for (const ingot_tensor_desc &input : tensorsAt(**object, (*object)->inputs, (*object)->input_count))
    test.inputs.push_back(inventionOf(input, test.batch(), /*isTarget=*/false));
  for (const ingot_tensor_desc &label : tensorsAt(**object, (*object)->targets, (*object)->target_count))
    test.targets.push_back(inventionOf(label, test.batch(), /*isTarget=*/true));
  for (const ingot_tensor_desc &output : tensorsAt(**object, (*object)->outputs, (*object)->output_count))
    test.outputBytes.push_back(4 * elementsOf(output, test.predictBatch));
  test.nudges = weights.empty() && hasFloatsAlone(**object);
  if (!weights.empty())
    test.weightsHash = SelfTest::hashOf(weights);

  auto numerics = module->getAttrOfType<mlir::StringAttr>(names::numerics);
  const bool isPortable = numerics && numerics == "portable";
  test.tolerance = isPortable ? 0 : nativeTolerance;
  auto answers = Calls(*object, test).run(0);
  if (!answers)
    return answers.takeError();
  if (isPortable && answers->areNumbers()) {
    // Of what is no number there are many, and machines differ in which they make.
    if (test.predictBatch)
      test.outputsHash = SelfTest::hashOf(wordsOf(answers->outputs));
    int32_t trained = 0;
    for (const std::vector<float> *block : {&answers->metrics, &answers->params, &answers->state})
      trained = SelfTest::hashOf(wordsOf(*block), trained);
    if (test.trainBatch)
      test.trainedHash = trained;
    return test;
  }
  auto disturbed = Calls(*object, test).run(isPortable ? 0 : disturbance);
  if (!disturbed)
    return disturbed.takeError();
  Samples outputs(answers->outputs, disturbed->outputs, test.tolerance);
  for (size_t i = 0, first = 0; i < test.outputBytes.size(); first += test.outputBytes[i++] / 4)
    outputs.take(first, test.outputBytes[i] / 4, test.outputs);
  if (!test.trainBatch)
    return test;
  Samples metrics(answers->metrics, disturbed->metrics, test.tolerance);
  for (size_t i = 0; i < (*object)->metric_count; ++i)
    metrics.take(i * sizeof(ingot_mean) / 4, 1, test.metrics);
  Samples params(answers->params, disturbed->params, test.tolerance);
  for (const ingot_tensor_desc &weight : tensorsAt(**object, (*object)->variables, (*object)->variable_count))
    if (weight.dtype == INGOT_F32)
      params.take(weight.offset / 4, elementsOf(weight, 1), test.params);
  return test;
}
