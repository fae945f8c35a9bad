//===- LowerForks.cpp - chunks by the host's parallel_for -----------------===//
//
// The one place that knows how abi.h lends threads: parallel_for takes a function of a
// pointer and a number, so all that a chunk needs goes through a struct on the stack.
//
//===----------------------------------------------------------------------===//

#include "codegen/HostLayout.h"
#include "codegen/parallel/Passes.h"
#include "codegen/parallel/RegionBuilder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERFORKS
#include "codegen/parallel/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

class Fork {
public:
  Fork(LLVM::LLVMFuncOp fork, LLVM::LLVMFuncOp chunk)
      : fork(fork), chunk(chunk), loc(fork.getLoc()), builder(fork), pointer(LLVM::LLVMPointerType::get(fork.getContext())) {
    // The host, then the number of chunks and what each takes.
    SmallVector<Type> fields(llvm::drop_begin(fork.getArgumentTypes()));
    arguments = LLVM::LLVMStructType::getLiteral(fork.getContext(), fields);
  }

  void define() {
    LLVM::LLVMFuncOp one = defineOne();
    builder.setInsertionPointToEnd(fork.addEntryBlock(builder));
    Value size = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), builder.getI32IntegerAttr(1));
    Value block = LLVM::AllocaOp::create(builder, loc, pointer, arguments, size);
    for (auto [i, argument] : llvm::enumerate(llvm::drop_begin(fork.getArguments())))
      LLVM::StoreOp::create(builder, loc, argument, field(block, i));
    Value host = fork.getArgument(0), count = truncated(fork.getArgument(1));
    auto ofHost = [&](uint64_t offset) -> Value {
      Value at = LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), host,
                                     ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
      return LLVM::LoadOp::create(builder, loc, pointer, at);
    };
    const HostLayout layout(DataLayout::closest(fork).getTypeSizeInBits(builder.getIndexType()));
    Value context = ofHost(layout.context), parallelFor = ofHost(layout.parallelFor);
    Value body = LLVM::AddressOfOp::create(builder, loc, one);
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(fork.getContext()),
                                            {pointer, builder.getI32Type(), pointer, pointer});
    LLVM::CallOp::create(builder, loc, type, ValueRange{parallelFor, context, count, body, block});
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    fork->removeAttr(forkAttribute);
  }

private:
  /// What parallel_for calls: void (void *arguments, uint32_t number).
  LLVM::LLVMFuncOp defineOne() {
    OpBuilder::InsertionGuard guard(builder);
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(fork.getContext()), {pointer, builder.getI32Type()});
    auto one = LLVM::LLVMFuncOp::create(builder, loc, (chunk.getName() + "_one").str(), type, LLVM::Linkage::Internal);
    if (ArrayAttr passthrough = chunk.getPassthroughAttr())
      one.setPassthroughAttr(passthrough);
    builder.setInsertionPointToEnd(one.addEntryBlock(builder));
    Type index = fork.getArgumentTypes()[1];
    Value number = one.getArgument(1);
    if (index != number.getType())
      number = LLVM::ZExtOp::create(builder, loc, index, number);
    SmallVector<Value> operands = {number};
    for (auto [i, field] : llvm::enumerate(arguments.getBody()))
      operands.push_back(LLVM::LoadOp::create(builder, loc, field, this->field(one.getArgument(0), i)));
    LLVM::CallOp::create(builder, loc, chunk, operands);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    return one;
  }

  Value field(Value block, size_t number) {
    return LLVM::GEPOp::create(builder, loc, pointer, arguments, block,
                               ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(number)});
  }

  Value truncated(Value value) {
    return value.getType() == builder.getI32Type()
               ? value
               : LLVM::TruncOp::create(builder, loc, builder.getI32Type(), value).getResult();
  }

  LLVM::LLVMFuncOp fork, chunk;
  Location loc;
  OpBuilder builder;
  Type pointer;
  LLVM::LLVMStructType arguments;
};

struct LowerForks : impl::LowerForksBase<LowerForks> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<LLVM::LLVMFuncOp>()))
      if (auto name = function->getAttrOfType<FlatSymbolRefAttr>(forkAttribute))
        Fork(function, getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name.getValue())).define();
  }
};

} // namespace
} // namespace ingot::codegen
