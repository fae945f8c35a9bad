//===- TargetTable.cpp - machines by name --------------------------------===//

#include "codegen/TargetTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace ingot::codegen;

static constexpr TargetPreset presets[] = {
    {"x86-64", "x86_64-unknown-linux-gnu", "x86-64", "", "any x86-64: SSE2"},
    {"x86-64-v3", "x86_64-unknown-linux-gnu", "x86-64-v3", "", "AVX2 and FMA; the default"},
    {"x86-64-v4", "x86_64-unknown-linux-gnu", "x86-64-v4", "", "AVX-512"},
    {"aarch64", "aarch64-unknown-linux-gnu", "generic", "", "64-bit Arm: Neon"},
    {"cortex-m0plus", "thumbv6m-none-eabi", "cortex-m0plus", "", "no floats, no division: libgcc has them"},
    {"cortex-m3", "thumbv7m-none-eabi", "cortex-m3", "", "no floats: libgcc has them"},
    {"cortex-m4", "thumbv7em-none-eabihf", "cortex-m4", "", "with its FPU (M4F)"},
    {"cortex-m7", "thumbv7em-none-eabihf", "cortex-m7", "", "with its FPU"},
    {"cortex-m33", "thumbv8m.main-none-eabihf", "cortex-m33", "", "with its FPU"},
    {"cortex-m55", "thumbv8.1m.main-none-eabihf", "cortex-m55", "", "with its FPU; of Helium integers alone"},
    {"rv32imc", "riscv32-unknown-none-elf", "generic-rv32", "+m,+c", "no floats: libgcc has them"},
    {"rv32imafc", "riscv32-unknown-none-elf", "generic-rv32", "+m,+a,+f,+c", "floats in registers: ilp32f"},
    {"rv64gc", "riscv64-unknown-linux-gnu", "generic-rv64", "+m,+a,+f,+d,+c", "floats in registers: lp64d"},
    {"wasm32", "wasm32-unknown-unknown", "generic", "", "WebAssembly 1.0"},
    {"wasm32-simd128", "wasm32-unknown-unknown", "generic", "+simd128", "WebAssembly with vectors"},
};

ArrayRef<TargetPreset> ingot::codegen::targetPresets() { return presets; }

const TargetPreset *ingot::codegen::findPreset(StringRef name) {
  const TargetPreset *preset = find_if(presets, [&](const TargetPreset &each) { return each.name == name; });
  return preset == std::end(presets) ? nullptr : preset;
}

std::vector<std::string> ingot::codegen::presetNames() {
  std::vector<std::string> names;
  for (const TargetPreset &preset : presets)
    names.push_back(preset.name.str());
  return names;
}

std::string ingot::codegen::describePresets() {
  std::string text;
  for (const TargetPreset &preset : presets) {
    std::string cpu = preset.cpu.str();
    for (StringRef feature : split(preset.features, ','))
      cpu += feature.empty() ? "" : " " + feature.str();
    text += formatv("{0,-15} {1,-28} {2,-28} {3}\n", preset.name, preset.triple, cpu, preset.what);
  }
  return text;
}
