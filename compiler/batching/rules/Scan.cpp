//===- Scan.cpp - batching of recurrences: one step for many rows --------===//

#include "batching/BatchBlock.h"
#include "batching/Rules.h"

using namespace mlir;
using namespace ingot;

namespace {

/// The new dimension is where it is in the carries, in slices too; in stacks it
/// then stands one further behind. Every carry has it: what a carry becomes may have
/// it where its first value has not.
struct ScanBatching : BatchableOpInterface::ExternalModel<ScanBatching, ScanOp> {
  using Results = FailureOr<SmallVector<Value>>;

  Results buildBatched(Operation *op, OpBuilder &builder, ValueRange operands, ArrayRef<bool> mapped, int64_t axis,
                       int64_t size) const {
    return build(op, builder, operands, mapped, axis, size, /*areCalls=*/false);
  }

  Results buildCalls(Operation *op, OpBuilder &builder, ValueRange operands, ArrayRef<bool> mapped, int64_t axis,
                     int64_t size) const {
    return build(op, builder, operands, mapped, axis, size, /*areCalls=*/true);
  }

private:
  static Results build(Operation *op, OpBuilder &builder, ValueRange operands, ArrayRef<bool> mapped, int64_t axis,
                       int64_t size, bool areCalls) {
    auto scan = cast<ScanOp>(op);
    if (!hasPlace(scan, axis))
      return failure();
    SmallVector<Value> carries, xs;
    SmallVector<Type> types, seen;
    for (unsigned i = 0; i < scan.numCarries(); ++i) {
      carries.push_back(mapped[i] ? operands[i] : repeat(builder, scan.getLoc(), operands[i], axis, size));
      types.push_back(carries.back().getType());
    }
    for (unsigned i = scan.numCarries(); i < operands.size(); ++i)
      xs.push_back(mapped[i] ? moveDim(builder, scan.getLoc(), operands[i], axis, axis + 1) : operands[i]);
    llvm::append_range(seen, types);
    for (Value x : xs)
      seen.push_back(sliceOf(x.getType()));
    for (Value slice : scan.yieldedSlices())
      types.push_back(stackOf(withDim(slice.getType(), axis, size), scan.getLength()));

    auto batched = ScanOp::create(builder, scan.getLoc(), types, carries, xs, scan.getLengthAttr(), scan.getReverseAttr());
    Block &body = batched.getBody().emplaceBlock();
    body.addArguments(seen, SmallVector<Location>(seen.size(), scan.getLoc()));
    OpBuilder inBody = OpBuilder::atBlockEnd(&body);
    BlockBatcher batcher(inBody, axis, size, areCalls);
    for (auto [i, original, argument] : llvm::enumerate(scan.block().getArguments(), body.getArguments()))
      batcher.bind(original, argument, i < scan.numCarries() || mapped[i]);
    if (failed(batcher.build(scan.block()))) {
      batched.erase();
      return failure();
    }
    Operation *yield = scan.block().getTerminator();
    YieldOp::create(inBody, yield->getLoc(),
                    llvm::map_to_vector(yield->getOperands(), [&](Value value) { return batcher.repeated(value); }));

    SmallVector<Value> results(batched.lastCarries());
    for (Value stack : batched.stacks())
      results.push_back(moveDim(builder, scan.getLoc(), stack, axis + 1, axis));
    return results;
  }

  static bool hasPlace(ScanOp scan, int64_t axis) {
    auto fits = [&](Type type) { return cast<RankedTensorType>(type).getRank() >= axis; };
    return llvm::all_of(scan.block().getArgumentTypes(), fits) &&
           llvm::all_of(scan.block().getTerminator()->getOperandTypes(), fits);
  }
};

} // namespace

void ingot::attachScanBatching(MLIRContext &context) { ScanOp::attachInterface<ScanBatching>(context); }
