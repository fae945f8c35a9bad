//===- LowerHooks.cpp - the functions that call the host's hooks ---------===//

#include "codegen/HostLayout.h"
#include "codegen/debug/Hooks.h"
#include "codegen/debug/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERHOOKS
#include "codegen/debug/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Calls the hook at byte `offset` of the host, if there are both.
void define(LLVM::LLVMFuncOp function, const HostLayout &layout, uint64_t offset) {
  OpBuilder builder(function);
  Location loc = function.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(function.getContext());
  // Once, not around each layer.
  function.setPassthroughAttr(builder.getStrArrayAttr({"noinline", "nounwind"}));
  Block *entry = function.addEntryBlock(builder);
  Block *lent = builder.createBlock(&function.getBody(), function.end());
  Block *hooked = builder.createBlock(&function.getBody(), function.end());
  Block *done = builder.createBlock(&function.getBody(), function.end());
  Value host = function.getArgument(0), id = function.getArgument(1);
  auto field = [&](uint64_t at) -> Value {
    Value address = LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), host,
                                        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(at)});
    return LLVM::LoadOp::create(builder, loc, pointer, address);
  };
  auto unlessNull = [&](Value value, Block *then) {
    Value null = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, value,
                                      LLVM::ZeroOp::create(builder, loc, pointer));
    LLVM::CondBrOp::create(builder, loc, null, done, then);
  };
  builder.setInsertionPointToEnd(entry);
  unlessNull(host, lent);
  builder.setInsertionPointToEnd(lent);
  Value hook = field(offset);
  unlessNull(hook, hooked);
  builder.setInsertionPointToEnd(hooked);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(function.getContext()), {pointer, builder.getI32Type()});
  LLVM::CallOp::create(builder, loc, type, ValueRange{hook, field(layout.context), id});
  LLVM::BrOp::create(builder, loc, ValueRange(), done);
  builder.setInsertionPointToEnd(done);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}

struct LowerHooks : impl::LowerHooksBase<LowerHooks> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const HostLayout layout(DataLayout(module).getTypeSizeInBits(IndexType::get(&getContext())));
    for (auto [name, offset] : {std::pair(hooks::before, layout.beforeLayer), std::pair(hooks::after, layout.afterLayer)})
      if (auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name); function && function.isExternal())
        define(function, layout, offset);
  }
};

} // namespace
} // namespace ingot::codegen
