//===- Report.cpp - what a compilation amounts to ------------------------===//

#include "codegen/Report.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot::codegen;

std::string ingot::codegen::emitReport(const ModelInfo &info) {
  std::string text;
  raw_string_ostream out(text);
  int64_t parameters = 0;
  for (const TensorInfo &weight : info.weights) {
    int64_t elements = 1;
    for (int64_t size : weight.dims)
      elements *= size;
    parameters += elements;
  }
  out << formatv("model {0}, numerics {1}\n", info.modelName, info.portable ? "portable" : "native");
  out << formatv("parameters {0} in {1} bytes, state {2} bytes\n\n", parameters, info.paramsBytes, info.stateBytes);
  auto row = [&](auto kind, auto batch, auto arena, auto bound, auto packing) {
    out << formatv("{0,-16} {1,9} {2,12} {3,12} {4,12}\n", kind, batch, arena, bound, packing);
  };
  row("entry", "max batch", "arena bytes", "lower bound", "of which packing");
  for (const EntryInfo &entry : info.entries)
    if (entry.kind != "init" && entry.kind != "init_state")
      row(entry.kind, entry.maxBatch, entry.arenaBytes, entry.lowerBound, entry.packingBytes);
  return text;
}
