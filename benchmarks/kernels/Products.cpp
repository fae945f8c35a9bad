//===- Products.cpp - matrix products by Ingot, OpenBLAS and oneDNN -------===//
//
// What all of a product takes is inside the timed call, packing too. The batch is
// known when it is called: a product that was compiled for 256 rows is also called
// with 37, 5 and 1. Ingot's are there for each processor that make-kernels.py was told.
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "Data.h"

#include <benchmark/benchmark.h>

#ifdef INGOT_OPENBLAS
#include <cblas.h>
#endif
#ifdef INGOT_ONEDNN
#include <oneapi/dnnl/dnnl.h>
#endif

#include <algorithm>
#include <cmath>
#include <string_view>

using namespace benchmarks;

namespace {
/// C is A * B; one of both may be stored transposed. `fused` is relu(A * B + bias).
enum class Form { nn, fused, tn, nt };

/// A function of kernels.o. Of M, N, K the batch is missing: M, or K of the form `tn`.
struct Kernel {
  std::string_view name, cpu;
  Form form;
  int64_t n, other;
  size_t arenaBytes;
  void (*call)(int64_t batch, const float *a, const float *b, const float *bias, float *c, void *arena);
};
} // namespace

#include "Kernels.inc"

namespace {
struct Call {
  std::string_view kernel;
  int64_t batch;
};
} // namespace

static constexpr Call calls[] = {
    {"nn_256x64x784", 256},    {"nn_256x64x64", 256},       {"nn_256x10x64", 256}, {"nn_256x64x784", 37},
    {"nn_256x64x784", 5},      {"nn_256x64x784", 1},        {"nn_256x64x64", 1},   {"nn_256x10x64", 1},
    {"tn_784x64x256", 256},    {"tn_64x64x256", 256},       {"tn_64x10x256", 256}, {"tn_256x256x4480", 1400},
    {"nt_256x784x64", 256},    {"nt_256x64x64", 256},       {"nt_32x64x256", 10},  {"nn_3200x128x512", 1000},
    {"nn_4480x256x256", 1400}, {"nn_32x128x32", 10},        {"nn_32x256x64", 10},  {"fused_256x64x784", 256},
    {"fused_256x64x64", 256},  {"nn_1024x1024x1024", 1024},
};

namespace {
class Product {
public:
  /// `kernel` stands for those of the same name: they differ by the processor.
  Product(const Kernel &kernel, int64_t batch)
      : kernel(kernel), m(kernel.form == Form::tn ? kernel.other : batch), n(kernel.n),
        k(kernel.form == Form::tn ? batch : kernel.other), a(random(m * k, 1)), b(random(k * n, 2)), bias(random(n, 3)),
        c(allocate(static_cast<size_t>(m * n) * sizeof(float))), arena(allocate(arenaOf(kernel.name))) {}

  /// As in the tables: "NN (256, 64, 784)".
  std::string name() const {
    static constexpr const char *forms[] = {"NN", "dense + bias + relu", "TN", "NT"};
    return std::string(forms[static_cast<int>(kernel.form)]) + " (" + std::to_string(m) + ", " + std::to_string(n) +
           ", " + std::to_string(k) + ")";
  }

  double flops() const { return 2.0 * static_cast<double>(m * n * k); }

  void byIngot(const Kernel &one) {
    one.call(one.form == Form::tn ? k : m, at(a), at(b), at(bias), at(c), arena.get());
  }

#ifdef INGOT_OPENBLAS
  /// One row times a matrix is what BLAS has `sgemv` for.
  void byOpenBlas() {
    if (m == 1 && kernel.form == Form::nn)
      cblas_sgemv(CblasRowMajor, CblasTrans, int(k), int(n), 1, at(b), int(n), at(a), 1, 0, at(c), 1);
    else
      cblas_sgemm(CblasRowMajor, isTransposedA() ? CblasTrans : CblasNoTrans,
                  isTransposedB() ? CblasTrans : CblasNoTrans, int(m), int(n), int(k), 1, at(a), int(strideA()), at(b),
                  int(strideB()), 0, at(c), int(n));
    activate();
  }
#endif

#ifdef INGOT_ONEDNN
  void byOneDnn() {
    dnnl_sgemm(isTransposedA() ? 'T' : 'N', isTransposedB() ? 'T' : 'N', m, n, k, 1, at(a), strideA(), at(b), strideB(),
               0, at(c), n);
    activate();
  }
#endif

  /// Whether C is what plain loops make of A and B, but for the rounding of sums.
  bool isRight() const {
    std::vector<float> row(static_cast<size_t>(n));
    for (int64_t i = 0; i < m; ++i) {
      std::fill(row.begin(), row.end(), 0.0f);
      for (int64_t l = 0; l < k; ++l) {
        const float factor = isTransposedA() ? at(a)[l * m + i] : at(a)[i * k + l];
        for (int64_t j = 0; j < n; ++j)
          row[static_cast<size_t>(j)] += factor * (isTransposedB() ? at(b)[j * k + l] : at(b)[l * n + j]);
      }
      for (int64_t j = 0; j < n; ++j) {
        float expected = row[static_cast<size_t>(j)];
        if (kernel.form == Form::fused)
          expected = std::max(0.0f, expected + at(bias)[j]);
        if (!(std::abs(at(c)[i * n + j] - expected) < 1e-3f))
          return false;
      }
    }
    return true;
  }

private:
  static size_t arenaOf(std::string_view name) {
    size_t bytes = 0;
    for (const Kernel &one : kernels)
      if (one.name == name)
        bytes = std::max(bytes, one.arenaBytes);
    return bytes;
  }
  static Block random(int64_t count, uint32_t seed) { return makeData({Tensor::Signed, seed, {count}}, 1); }
  static float *at(const Block &block) { return static_cast<float *>(block.get()); }
  bool isTransposedA() const { return kernel.form == Form::tn; }
  bool isTransposedB() const { return kernel.form == Form::nt; }
  int64_t strideA() const { return isTransposedA() ? m : k; }
  int64_t strideB() const { return isTransposedB() ? k : n; }

  /// What a library leaves to a loop of the caller's.
  void activate() {
    if (kernel.form != Form::fused)
      return;
    const float *addend = at(bias);
    for (int64_t i = 0; i < m; ++i) {
      float *row = at(c) + i * n;
      for (int64_t j = 0; j < n; ++j)
        row[j] = std::max(0.0f, row[j] + addend[j]);
    }
  }

  const Kernel &kernel;
  int64_t m, n, k;
  Block a, b, bias, c, arena;
};
} // namespace

/// Calls it once to see that the result is right, and registers it.
template <typename Run> static void add(const std::shared_ptr<Product> &product, const std::string &program, Run run) {
  const std::string name = product->name() + "/" + program;
  run();
  if (!product->isRight())
    failKernel(name + " is wrong");
  benchmark::RegisterBenchmark(name.c_str(), [product, run](benchmark::State &state) {
    for (auto _ : state) {
      run();
      benchmark::ClobberMemory();
    }
    state.counters["flops"] = product->flops();
  });
}

void benchmarks::addProducts() {
  for (const Call &call : calls) {
    const auto isCalled = [&](const Kernel &one) { return one.name == call.kernel; };
    const auto product = std::make_shared<Product>(*std::ranges::find_if(kernels, isCalled), call.batch);
    for (const Kernel &kernel : kernels)
      if (isCalled(kernel) && canRun(kernel.cpu))
        add(product, programOf(kernel.cpu), [product, &kernel] { product->byIngot(kernel); });
#ifdef INGOT_OPENBLAS
    add(product, "OpenBLAS", [product] { product->byOpenBlas(); });
#endif
#ifdef INGOT_ONEDNN
    add(product, "oneDNN", [product] { product->byOneDnn(); });
#endif
  }
}
