//===- HostThreads.cpp - threads lent to a compiled model ----------------===//

#include "HostThreads.h"

#include "FlushDenormals.h"
#include "ingot/error.h"

#include <fmt/format.h>

#if defined(INGOT_OPENMP)
#include <omp.h>
#endif

#include <algorithm>
#include <utility>

using namespace ingot::rt;

/// OMP_NUM_THREADS, or the cores of the machine; 0 without OpenMP. Not asked
/// for a model of one thread: the first question makes OpenMP's runtime begin.
static int available() {
#if defined(INGOT_OPENMP)
  return omp_get_max_threads();
#else
  return 0;
#endif
}

HostThreads::HostThreads(const ingot_model_desc &desc, int wanted)
    : flush(!desc.portable) {
  const int most = static_cast<int>(ingot_threads(&desc));
  if (wanted < 0)
    throw Error(fmt::format("`threads` is {}; must be at least 1, or 0 for as "
                            "many as there are",
                            wanted));
  if (wanted > most)
    throw Error(fmt::format("`threads` is {}, but `{}` was compiled for {}; "
                            "compile it with `--threads={}`",
                            wanted, ingot_string(&desc, desc.name), most,
                            wanted));
  if (wanted > 1 && available() == 0)
    throw Error(fmt::format("`threads` is {}, but this runtime was built "
                            "without OpenMP and has 1",
                            wanted));
  lent.struct_size = sizeof lent;
  lent.threads = static_cast<std::uint32_t>(
      wanted      ? wanted
      : most == 1 ? 1
                  : std::clamp(available(), 1, most));
  lent.ctx = this;
  lent.parallel_for = parallelFor;
}

void HostThreads::measure(std::shared_ptr<LayerClock> clock) {
  measured = std::move(clock);
  lent.before_layer = nullptr;
  lent.after_layer = nullptr;
  if (!measured)
    return;
  lent.before_layer = [](void *context, std::uint32_t) {
    clockOf(context).before();
  };
  lent.after_layer = [](void *context, std::uint32_t id) {
    clockOf(context).after(id);
  };
}

/// Chunks have about the same work, one for each thread.
void HostThreads::parallelFor(void *context, std::uint32_t count,
                              void (*body)(void *, std::uint32_t),
                              void *argument) {
  // Each thread has a mode of its own.
  const bool flush = static_cast<HostThreads *>(context)->flush;
#if defined(INGOT_OPENMP)
#pragma omp parallel for schedule(static, 1) num_threads(count)
#endif
  for (std::uint32_t i = 0; i < count; ++i) {
    const FlushDenormals mode(flush);
    body(argument, i);
  }
}
