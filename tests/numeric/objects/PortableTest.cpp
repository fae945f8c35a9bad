//===- PortableTest.cpp - the same bits on every target -------------------===//
//
// Portable numerics promise the same bits whatever the width of vectors and
// whether the processor has a fused multiply-add; `init` promises them always.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Object.h"
#include "SameBits.h"

#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// May objects for x86-64-v4 run here?
bool runsV4() {
  const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  for (const char *feature : {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})
    if (!features.lookup(feature))
      return false;
  return true;
}

/// All but optimizers that differ in a formula only.
std::vector<ModelCase> portableModels() {
  std::vector<ModelCase> models = allModels();
  std::erase_if(models, [](const ModelCase &model) {
    return model.name == "sgd" || model.name == "sgd_momentum" || model.name == "rmsprop" ||
           model.name == "rmsprop_momentum" || model.name == "rmsprop_centered" || model.name == "adam";
  });
  return models;
}

class Portable : public ::testing::TestWithParam<ModelCase> {
protected:
  static Object compile(const std::string &cpu) {
    return Object(compiled(GetParam(), cpu, driver::Numerics::Portable));
  }
};

TEST_P(Portable, Sse2AndAvx2) {
  Object narrow = compile("x86-64"), wide = compile("x86-64-v3");
  expectSameTraining(narrow, wide);
}

/// Products of one function and loops that are shared, as on a microcontroller.
TEST_P(Portable, Avx2AndScalarsForSize) {
  Object wide = compile("x86-64-v3"), small(compiledWithoutVectors(GetParam()));
  expectSameTraining(wide, small);
}

/// Where the processor has AVX-512; elsewhere its code is compiled only.
TEST_P(Portable, Avx2AndAvx512) {
  Object widest = compile("x86-64-v4");
  if (!runsV4())
    return;
  Object wide = compile("x86-64-v3");
  expectSameTraining(wide, widest);
}

INSTANTIATE_TEST_SUITE_P(, Portable, ::testing::ValuesIn(portableModels()), [](const auto &info) { return info.param.name; });

/// In native numerics too, and on any target.
TEST(PortableInit, GivesTheSameBitsInAnyMode) {
  auto drawn = [&](const std::string &cpu, driver::Numerics numerics) {
    Object object(compiled(initializers(), cpu, numerics));
    object.init(0x0123456789abcdef);
    return object.variables();
  };
  const NamedValues native = drawn("x86-64-v3", driver::Numerics::Native);
  for (const char *cpu : {"x86-64", "x86-64-v3"}) {
    SCOPED_TRACE(cpu);
    expectSameBits(drawn(cpu, driver::Numerics::Portable), native);
    expectSameBits(drawn(cpu, driver::Numerics::Native), native);
  }
  if (runsV4())
    expectSameBits(drawn("x86-64-v4", driver::Numerics::Native), native);
}

} // namespace
