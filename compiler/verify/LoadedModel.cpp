//===- LoadedModel.cpp - a compiled object, loaded and callable -----------===//

#include "verify/LoadedModel.h"

#include "ingot/ModelError.h"

#include <fmt/format.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace ingot::verify {

[[noreturn]] static void fail(const std::string &message) {
  throw Error(message, {});
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void Block::Free::operator()(void *memory) const { std::free(memory); }

Block::Block(uint64_t size, uint32_t align)
    : bytes(std::max<uint64_t>((size + align - 1) / align, 1) * align) {
  memory.reset(std::aligned_alloc(align, bytes));
  if (!memory)
    throw std::bad_alloc();
  poison();
}

void Block::poison() { std::memset(memory.get(), 0xff, bytes); }

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

struct LoadedModel::Session {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

/// The value of `expected`, or an error that says what could not be done.
template <typename T>
static T orFail(llvm::Expected<T> expected, const char *what) {
  if (!expected)
    fail(fmt::format("{}: {}", what, llvm::toString(expected.takeError())));
  return std::move(*expected);
}

LoadedModel::LoadedModel(const std::string &object, const std::string &prefix)
    : session(std::make_unique<Session>()) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  using namespace llvm::orc;
  // An object needs nothing from outside; symbols of this process are not
  // offered, so that one that does fails here.
  session->jit = orFail(
      LLJITBuilder()
          .setLinkProcessSymbolsByDefault(false)
          .setPlatformSetUp(setUpInactivePlatform)
          .setObjectLinkingLayerCreator([](ExecutionSession &execution)
                                            -> llvm::Expected<
                                                std::unique_ptr<ObjectLayer>> {
            return std::make_unique<ObjectLinkingLayer>(execution);
          })
          .create(),
      "cannot load objects into this process");
  if (llvm::Error error =
          session->jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(
              llvm::StringRef(object), prefix + ".o")))
    fail(fmt::format("cannot load the object: {}",
                     llvm::toString(std::move(error))));
  ExecutorAddr address =
      orFail(session->jit->lookup(prefix + "_model"), "cannot link the object");
  desc = address.toPtr<const ingot_model_desc *(*)()>()();
  if (desc->abi_version != INGOT_ABI_VERSION ||
      desc->struct_size != sizeof(ingot_model_desc))
    fail(fmt::format("the object has ABI version {:#x} and a descriptor of {} "
                     "bytes; this program has {:#x} and {}",
                     desc->abi_version, desc->struct_size, INGOT_ABI_VERSION,
                     sizeof(ingot_model_desc)));
}

LoadedModel::~LoadedModel() = default;

//===----------------------------------------------------------------------===//
// The descriptor
//===----------------------------------------------------------------------===//

static const char *entryName(unsigned number) {
  static const char *const names[INGOT_ENTRY_COUNT] = {
      "init",           "prepare",           "predict",
      "evaluate",       "train_step",        "gradients",
      "apply_gradients", "get_learning_rate", "set_learning_rate",
      "metrics_reset",  "metrics_merge"};
  return names[number];
}

static const char *statusText(int32_t status) {
  switch (status) {
  case INGOT_NULL_ARGUMENT:
    return "a pointer that is needed is NULL";
  case INGOT_BATCH_OUT_OF_RANGE:
    return "the batch is out of range";
  case INGOT_MISALIGNED:
    return "a block is misaligned";
  case INGOT_LABEL_OUT_OF_RANGE:
    return "a class label is out of range";
  case INGOT_INDEX_OUT_OF_RANGE:
    return "an embedding index is out of range";
  case INGOT_FOREIGN_STATE:
    return "the state belongs to another object";
  case INGOT_ABI_MISMATCH:
    return "the sizes of a struct differ";
  case INGOT_TOO_MANY_THREADS:
    return "there are too many threads";
  case INGOT_FOREIGN_PREPARED:
    return "what is prepared belongs to another object";
  default:
    return "an unknown status";
  }
}

template <typename Function>
Function *LoadedModel::entry(unsigned number) const {
  const void *address = ingot_entry_address(desc, number);
  if (!address)
    fail(fmt::format("the object has no entry `{}`", entryName(number)));
  return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(address));
}

void *LoadedModel::arena(unsigned number) {
  scratch =
      std::make_unique<Block>(desc->entries[number].arena_bytes, desc->align);
  return scratch->data();
}

void LoadedModel::check(unsigned number, int32_t status) const {
  if (status != INGOT_OK)
    fail(fmt::format("`{}` refused the call with status {}: {}",
                     entryName(number), status, statusText(status)));
}

const ingot_tensor_desc *LoadedModel::table(uint32_t offset) const {
  return ingot_tensors(desc, offset);
}

std::string LoadedModel::nameOf(const ingot_tensor_desc &tensor) const {
  return ingot_string(desc, tensor.name);
}

std::vector<std::string> LoadedModel::metricNames() const {
  const auto *offsets = reinterpret_cast<const uint32_t *>(
      reinterpret_cast<const char *>(desc) + desc->metrics);
  std::vector<std::string> names;
  for (uint32_t i = 0; i != desc->metric_count; ++i)
    names.emplace_back(ingot_string(desc, offsets[i]));
  return names;
}

void LoadedModel::checkNames(const std::vector<std::string> &inputs,
                             const std::vector<std::string> &outputs) const {
  auto check = [&](const std::vector<std::string> &expected, uint32_t offset,
                   uint32_t count, const char *what) {
    std::vector<std::string> names;
    for (uint32_t i = 0; i != count; ++i)
      names.push_back(nameOf(table(offset)[i]));
    if (names != expected)
      fail(fmt::format("the {} of the object are {}; expected {}", what,
                       fmt::join(names, ", "), fmt::join(expected, ", ")));
  };
  check(inputs, desc->inputs, desc->input_count, "inputs");
  check(outputs, desc->outputs, desc->output_count, "outputs");
}

static std::vector<int64_t> dimensions(const ingot_tensor_desc &tensor) {
  return {tensor.dims, tensor.dims + tensor.rank};
}

/// Elements of one sample; a variable has no batch and is one sample.
static int64_t elementsPerSample(const ingot_tensor_desc &tensor) {
  int64_t count = 1;
  for (uint32_t i = 0; i != tensor.rank; ++i)
    if (tensor.dims[i] >= 0)
      count *= tensor.dims[i];
  return count;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

void LoadedModel::initialize(const TensorMap &weights) {
  params = std::make_unique<Block>(desc->params_bytes, desc->align);
  state = std::make_unique<Block>(desc->state_bytes, desc->align);
  check(INGOT_ENTRY_INIT,
        entry<ingot_init_fn>(INGOT_ENTRY_INIT)(
            static_cast<float *>(params->data()), state->data(), 1));
  for (uint32_t i = 0; i != desc->variable_count; ++i) {
    const ingot_tensor_desc &variable = table(desc->variables)[i];
    const std::string name = nameOf(variable);
    auto it = weights.find(name);
    if (it == weights.end())
      fail(fmt::format("the model has a weight `{}`; the case has no value for "
                       "it",
                       name));
    if (it->second.shape != dimensions(variable) ||
        it->second.dtype() != graph::DType::F32)
      fail(fmt::format("the weight `{}` has shape {}; its value in the case "
                       "has {}",
                       name, shapeText(dimensions(variable)),
                       shapeText(it->second.shape)));
    if (it->second.size())
      std::memcpy(static_cast<char *>(params->data()) + variable.offset,
                  it->second.data(), it->second.size() * sizeof(float));
  }
}

TensorMap LoadedModel::readVariables(const Block &block,
                                     bool onlyTrainable) const {
  TensorMap result;
  for (uint32_t i = 0; i != desc->variable_count; ++i) {
    const ingot_tensor_desc &variable = table(desc->variables)[i];
    if (onlyTrainable && !variable.trainable)
      continue;
    const auto *values = reinterpret_cast<const float *>(
        static_cast<const char *>(block.data()) + variable.offset);
    result[nameOf(variable)] = {
        dimensions(variable),
        std::vector<float>(values, values + elementsPerSample(variable))};
  }
  return result;
}

TensorMap LoadedModel::weights() const {
  return readVariables(*params, /*onlyTrainable=*/false);
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

std::vector<const void *>
LoadedModel::gather(const TensorMap &tensors, uint32_t offset, uint32_t count,
                    int64_t begin, int64_t end, const char *what) const {
  std::vector<const void *> pointers;
  for (uint32_t i = 0; i != count; ++i) {
    const ingot_tensor_desc &wanted = table(offset)[i];
    const std::string name = nameOf(wanted);
    auto it = tensors.find(name);
    if (it == tensors.end())
      fail(fmt::format("the model has the {} `{}`; the case has no data for it",
                       what, name));
    const Tensor &tensor = it->second;
    const graph::DType dtype =
        wanted.dtype == INGOT_I32 ? graph::DType::I32 : graph::DType::F32;
    if (tensor.dtype() != dtype)
      fail(fmt::format("the {} `{}` is {}; its data in the case is {}", what,
                       name, dtype == graph::DType::I32 ? "int32" : "float32",
                       dtype == graph::DType::I32 ? "float32" : "int32"));
    const int64_t perSample = elementsPerSample(wanted);
    const auto elements = static_cast<int64_t>(tensor.size());
    if (tensor.shape.empty() || elements != tensor.shape[0] * perSample ||
        tensor.shape[0] < end)
      fail(fmt::format("the {} `{}` has shape {}; its data in the case has {}, "
                       "and {} samples are needed",
                       what, name, shapeText(dimensions(wanted)),
                       shapeText(tensor.shape), end));
    pointers.push_back(static_cast<const char *>(tensor.data()) +
                       begin * perSample * int64_t(sizeof(float)));
  }
  return pointers;
}

std::vector<const void *> LoadedModel::gatherTargets(const TensorMap &targets,
                                                     int64_t begin,
                                                     int64_t end) const {
  std::vector<const void *> pairs;
  for (const void *target : gather(targets, desc->targets, desc->target_count,
                                   begin, end, "target")) {
    pairs.push_back(target);
    pairs.push_back(nullptr); // no sample weights
  }
  return pairs;
}

void LoadedModel::resetMeans(Means &means) const {
  means.resize(desc->metric_count);
  entry<ingot_metrics_reset_fn>(INGOT_ENTRY_METRICS_RESET)(means.data());
}

void LoadedModel::merge(Means &into, const Means &from) const {
  if (into.empty())
    resetMeans(into);
  entry<ingot_metrics_merge_fn>(INGOT_ENTRY_METRICS_MERGE)(into.data(),
                                                           from.data());
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

void LoadedModel::predict(std::span<const void *const> in,
                          std::span<void *const> out, int64_t batch,
                          const void *ready) {
  // The struct of outputs is only read.
  check(INGOT_ENTRY_PREDICT,
        entry<ingot_predict_fn>(INGOT_ENTRY_PREDICT)(
            static_cast<const float *>(params->data()), ready, in.data(),
            const_cast<void **>(out.data()), static_cast<int32_t>(batch),
            arena(INGOT_ENTRY_PREDICT), nullptr));
}

void LoadedModel::checkUnprepared(std::span<const void *const> in,
                                  std::span<void *const> out, int64_t batch) {
  std::vector<std::vector<std::byte>> bytes;
  std::vector<void *> others;
  for (uint32_t i = 0; i != desc->output_count; ++i) {
    bytes.emplace_back(4 * batch * elementsPerSample(table(desc->outputs)[i]));
    others.push_back(bytes.back().data());
  }
  predict(in, others, batch, nullptr);
  for (uint32_t i = 0; i != desc->output_count; ++i)
    if (std::memcmp(others[i], out[i], bytes[i].size()) != 0)
      fail(fmt::format("predict of {} samples gives other bits of `{}` with what "
                       "`prepare` made than without",
                       batch, nameOf(table(desc->outputs)[i])));
}

TensorMap LoadedModel::predict(const TensorMap &inputs, int64_t samples,
                               int64_t batch) {
  TensorMap results;
  std::vector<std::vector<float>> buffers;
  for (uint32_t i = 0; i != desc->output_count; ++i)
    buffers.emplace_back(
        samples * elementsPerSample(table(desc->outputs)[i]),
        std::numeric_limits<float>::quiet_NaN());

  if (ingot_entry_address(desc, INGOT_ENTRY_PREPARE)) {
    prepared = std::make_unique<Block>(desc->prepared_bytes, desc->align);
    check(INGOT_ENTRY_PREPARE,
          entry<ingot_prepare_fn>(INGOT_ENTRY_PREPARE)(
              static_cast<const float *>(params->data()), prepared->data()));
  }
  for (int64_t begin = 0; begin < samples; begin += batch) {
    const int64_t end = std::min(begin + batch, samples);
    auto in = gather(inputs, desc->inputs, desc->input_count, begin, end,
                     "input");
    std::vector<void *> out;
    for (uint32_t i = 0; i != desc->output_count; ++i)
      out.push_back(buffers[i].data() +
                    begin * elementsPerSample(table(desc->outputs)[i]));
    predict(in, out, end - begin, prepared ? prepared->data() : nullptr);
    if (desc->prepared_bytes)
      checkUnprepared(in, out, end - begin);
  }
  for (uint32_t i = 0; i != desc->output_count; ++i) {
    const ingot_tensor_desc &output = table(desc->outputs)[i];
    std::vector<int64_t> shape = dimensions(output);
    shape[0] = samples;
    results[nameOf(output)] = {std::move(shape), std::move(buffers[i])};
  }
  return results;
}

TensorMap LoadedModel::gradients(const TensorMap &inputs,
                                 const TensorMap &targets, int64_t begin,
                                 int64_t end) {
  Block grads(desc->params_bytes, desc->align);
  Means means;
  resetMeans(means);
  auto in =
      gather(inputs, desc->inputs, desc->input_count, begin, end, "input");
  auto y = gatherTargets(targets, begin, end);
  check(INGOT_ENTRY_GRADIENTS,
        entry<ingot_gradients_fn>(INGOT_ENTRY_GRADIENTS)(
            static_cast<const float *>(params->data()), state->data(),
            in.data(), y.data(), static_cast<int32_t>(end - begin),
            /*stream=*/0, static_cast<float *>(grads.data()), means.data(),
            arena(INGOT_ENTRY_GRADIENTS), nullptr));
  return readVariables(grads, /*onlyTrainable=*/true);
}

void LoadedModel::trainStep(const TensorMap &inputs, const TensorMap &targets,
                            int64_t begin, int64_t end, Means &means) {
  resetMeans(means);
  auto in =
      gather(inputs, desc->inputs, desc->input_count, begin, end, "input");
  auto y = gatherTargets(targets, begin, end);
  check(INGOT_ENTRY_TRAIN_STEP,
        entry<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP)(
            static_cast<float *>(params->data()), state->data(), in.data(),
            y.data(), static_cast<int32_t>(end - begin), means.data(),
            arena(INGOT_ENTRY_TRAIN_STEP), nullptr));
}

void LoadedModel::evaluate(const TensorMap &inputs, const TensorMap &targets,
                           int64_t begin, int64_t end, Means &means) {
  resetMeans(means);
  auto in =
      gather(inputs, desc->inputs, desc->input_count, begin, end, "input");
  auto y = gatherTargets(targets, begin, end);
  check(INGOT_ENTRY_EVALUATE,
        entry<ingot_evaluate_fn>(INGOT_ENTRY_EVALUATE)(
            static_cast<const float *>(params->data()), in.data(), y.data(),
            static_cast<int32_t>(end - begin), means.data(),
            arena(INGOT_ENTRY_EVALUATE), nullptr));
}

} // namespace ingot::verify
