//===- OnnxRuntime.cpp - a model under ONNX Runtime, called and timed -----===//
//
// Takes two arguments before those of the protocol: the library, and the folder of
// models that export.py has written. The library is opened at run time and called
// through its C table, of which a place never changes its meaning: so neither
// headers nor a package of it are needed.
//
//===----------------------------------------------------------------------===//
#include "Measure.h"

#include <dlfcn.h>

#include <cstdio>

using namespace benchmarks;

namespace {
/// Places in OrtApi, the same in all versions.
enum Function {
  GetErrorMessage = 2,
  CreateEnv = 3,
  CreateSession = 7,
  Run = 9,
  CreateSessionOptions = 10,
  SetSessionGraphOptimizationLevel = 23,
  SetIntraOpNumThreads = 24,
  SetInterOpNumThreads = 25,
  CreateTensorWithDataAsOrtValue = 49,
  GetTensorMutableData = 51,
  CreateCpuMemoryInfo = 69,
};
enum { kFloat = 1, kInt64 = 7, kAllOptimizations = 99, kErrorsAlone = 3, kArenaAllocator = 0, kDefaultMemory = 0 };

struct Base {
  void *const *(*getApi)(uint32_t version);
  const char *(*getVersionString)();
};

class Library {
public:
  explicit Library(const char *path) {
    void *library = dlopen(path, RTLD_NOW);
    if (!library)
      fail(dlerror());
    const auto getBase = reinterpret_cast<const Base *(*)()>(dlsym(library, "OrtGetApiBase"));
    if (!getBase)
      fail("`" + std::string(path) + "` has no `OrtGetApiBase`");
    base = getBase();
    api = base->getApi(1);
  }

  template <typename... Arguments> void call(Function function, Arguments... arguments) const {
    void *status = reinterpret_cast<void *(*)(Arguments...)>(api[function])(arguments...);
    if (status)
      fail(reinterpret_cast<const char *(*)(const void *)>(api[GetErrorMessage])(status));
  }

  std::string version() const { return base->getVersionString(); }

private:
  const Base *base;
  void *const *api;
};

/// A session for one batch; outputs are allocated once, by the first run.
class Session {
public:
  Session(const Library &library, const std::string &file, const Request &request) : library(library) {
    void *environment, *options;
    library.call(CreateEnv, kErrorsAlone, "benchmark", &environment);
    library.call(CreateSessionOptions, &options);
    library.call(SetSessionGraphOptimizationLevel, options, static_cast<int>(kAllOptimizations));
    library.call(SetIntraOpNumThreads, options, 1);
    library.call(SetInterOpNumThreads, options, 1);
    library.call(CreateSession, environment, file.c_str(), options, &session);

    void *memory;
    library.call(CreateCpuMemoryInfo, static_cast<int>(kArenaAllocator), static_cast<int>(kDefaultMemory), &memory);
    for (const Tensor &tensor : request.which->inputs)
      addInput(memory, tensor, request.batch);
    outputs.resize(request.which->outputs.size());
    for (size_t i = 0; i < inputs.size(); ++i)
      inputNames.push_back(i ? "x1" : "x0");
    for (size_t i = 0; i < outputs.size(); ++i)
      outputNames.push_back(i ? "y1" : "y0");
  }

  void run() {
    library.call(Run, session, static_cast<const void *>(nullptr), inputNames.data(), inputs.data(), inputs.size(),
                 outputNames.data(), outputNames.size(), outputs.data());
  }

  const float *output(size_t number) {
    void *data;
    library.call(GetTensorMutableData, outputs[number], &data);
    return static_cast<const float *>(data);
  }

private:
  void addInput(void *memory, const Tensor &tensor, int64_t batch) {
    std::vector<int64_t> dims = {batch};
    dims.insert(dims.end(), tensor.dims.begin(), tensor.dims.end());
    const auto count = static_cast<size_t>(batch * tensor.sampleSize());
    void *data = blocks.emplace_back(makeData(tensor, batch)).get();
    const bool isIndex = tensor.kind == Tensor::Index;
    if (isIndex) { // PyTorch exports indices as int64
      Block wide = allocate(count * sizeof(int64_t));
      for (size_t i = 0; i < count; ++i)
        static_cast<int64_t *>(wide.get())[i] = static_cast<int32_t *>(data)[i];
      data = blocks.emplace_back(std::move(wide)).get();
    }
    library.call(CreateTensorWithDataAsOrtValue, memory, data, count * (isIndex ? sizeof(int64_t) : sizeof(float)),
                 dims.data(), dims.size(), static_cast<int>(isIndex ? kInt64 : kFloat), &inputs.emplace_back());
  }

  const Library &library;
  void *session;
  std::vector<Block> blocks;
  std::vector<void *> inputs, outputs;
  std::vector<const char *> inputNames, outputNames;
};
} // namespace

int main(int argc, char **argv) {
  if (argc < 3)
    fail("usage: LIBRARY MODELS CASE predict BATCH SECONDS");
  const Request request = start(argc - 2, argv + 2);
  if (request.mode != Mode::Predict)
    fail("only `predict` is there");
  const Library library(argv[1]);
  const std::string file =
      std::string(argv[2]) + "/" + std::string(request.which->name) + "_" + std::to_string(request.batch) + ".onnx";
  Session session(library, file, request);
  session.run();
  Result result;
  result.version = library.version();
  for (size_t i = 0; i < request.which->outputs.size(); ++i)
    result.addOutput({session.output(i), static_cast<size_t>(request.batch * request.which->outputs[i])});
  measureAndPrint(request, result, [&] { session.run(); });
  std::fflush(stdout);
  _Exit(0); // the library's threads are not waited for
}
