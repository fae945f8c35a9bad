//===- Annotate.cpp - what a module is compiled for -----------------------===//

#include "driver/Annotate.h"

#include "codegen/EmitHeader.h"
#include "codegen/Failure.h"
#include "codegen/SelfTest.h"
#include "driver/Pipeline.h"
#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Spans.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

using namespace ingot;
using namespace ingot::driver;

/// The width of an index, and of a pointer. Text without it is for 64 bits.
static void setDataLayout(mlir::ModuleOp module, int64_t bits) {
  constexpr llvm::StringLiteral name = mlir::DLTIDialect::kDataLayoutAttrName;
  // The last stage has used it already.
  if (bits == 64 || module->hasAttr(name) || stageOf(module) == Stage::LLVM)
    return;
  mlir::MLIRContext *context = module.getContext();
  mlir::Builder builder(context);
  context->loadDialect<mlir::DLTIDialect, mlir::LLVM::LLVMDialect>();
  auto pointer = mlir::LLVM::LLVMPointerType::get(context);
  auto sizes = mlir::DenseIntElementsAttr::get(mlir::VectorType::get(4, builder.getI64Type()),
                                               llvm::ArrayRef<int64_t>{bits, bits, bits, bits});
  module->setAttr(name, mlir::DataLayoutSpecAttr::get(
                               context, {mlir::DataLayoutEntryAttr::get(builder.getIndexType(), builder.getI64IntegerAttr(bits)),
                                          mlir::DataLayoutEntryAttr::get(pointer, sizes)}));
}

llvm::Error ingot::driver::annotate(mlir::ModuleOp module, const Options &options, const codegen::TargetOptions &target,
                                    const codegen::TargetFacts &facts, const std::string &prefix) {
  mlir::Builder builder(module.getContext());
  auto set = [&](llvm::StringRef name, mlir::Attribute value) {
    if (!module->hasAttr(name))
      module->setAttr(name, value);
  };
  set(names::maxBatch, builder.getI64IntegerAttr(options.maxBatch));
  if (!options.maxBatchOf.empty()) {
    llvm::SmallVector<mlir::NamedAttribute> own;
    for (const auto &[entry, batch] : options.maxBatchOf)
      own.push_back(builder.getNamedAttr(entry, builder.getI64IntegerAttr(batch)));
    set("ingot.max_batch_of", builder.getDictionaryAttr(own));
  }
  if (!options.kernels.empty()) {
    llvm::SmallVector<mlir::NamedAttribute> choices;
    for (const auto &[kernel, choice] : options.kernels)
      choices.push_back(builder.getNamedAttr(kernel, builder.getStringAttr(choice)));
    set("ingot.kernels", builder.getDictionaryAttr(choices));
  }
  if (!prefix.empty())
    set(names::prefix, builder.getStringAttr(prefix));
  if (auto name = module->getAttrOfType<mlir::StringAttr>(names::prefix))
    if (name != codegen::cIdentifier(name))
      return failure("prefix `" + name.str() + "` cannot begin names in C; `" + codegen::cIdentifier(name) + "` can");
  set(names::numerics, builder.getStringAttr(target.portable ? "portable" : "native"));
  // Speed is what a module without the attribute is for.
  if (options.optimizeFor ? options.optimizeFor == OptimizeFor::Size : facts.smallCode)
    set(names::optimizeFor, builder.getStringAttr("size"));
  if (options.saveRam)
    set(names::saveRam, builder.getUnitAttr());
  // So are lines in debuggers, and no hooks.
  if (options.debugInfo != DebugInfo::Lines)
    set(names::debug, builder.getStringAttr(options.debugInfo == DebugInfo::Full ? "full" : "none"));
  if (options.instrumentLayers)
    set(names::instrument, builder.getStringAttr("layers"));
  // So is one thread.
  if (options.threads != 1)
    set(names::threads, builder.getI64IntegerAttr(options.threads));
  if (llvm::is_contained(options.entries, "selftest"))
    set(codegen::selfTestAttribute, builder.getUnitAttr());
  set(names::vectorWidth, builder.getI64IntegerAttr(facts.vectorWidth));
  set("ingot.vector_registers", builder.getI64IntegerAttr(facts.vectorRegisters));
  set("ingot.l1_bytes", builder.getI64IntegerAttr(facts.l1Bytes));
  set("ingot.l2_bytes", builder.getI64IntegerAttr(facts.l2Bytes));
  set(names::fma, builder.getBoolAttr(facts.fma));
  set(names::floor, builder.getBoolAttr(facts.floor));
  // So is a machine that takes square roots.
  if (!facts.sqrt)
    set(codegen::sqrtAttribute, builder.getBoolAttr(false));
  // And memory that is far.
  if (!facts.caches)
    set(codegen::cachesAttribute, builder.getBoolAttr(false));
  if (facts.alignment != static_cast<int64_t>(blockAlignment))
    set("ingot.alignment", builder.getI64IntegerAttr(facts.alignment));
  setDataLayout(module, facts.pointerBits);
  const int64_t pointerBits = mlir::DataLayout(module).getTypeSizeInBits(builder.getIndexType());
  if (pointerBits != facts.pointerBits)
    return failure("the module is for addresses of " + std::to_string(pointerBits) + " bits, target `" + target.triple +
                  "` has " + std::to_string(facts.pointerBits));
  auto flag = [&](llvm::StringRef name) { return module->getAttrOfType<mlir::BoolAttr>(name); };
  auto moduleWidth = module->getAttrOfType<mlir::IntegerAttr>(names::vectorWidth);
  if (flag(names::fma).getValue() > facts.fma || flag(names::floor).getValue() > facts.floor ||
      moduleWidth.getInt() > facts.vectorWidth)
    return failure("the module is for a larger target than " + (llvm::is_contained(options.emit, "c") ? "C" : "cpu `" + target.cpu + "`") +
                  ": compare its `ingot.fma`, `ingot.floor` and `ingot.vector_width`");
  return llvm::Error::success();
}
