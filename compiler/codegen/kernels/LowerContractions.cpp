//===- LowerContractions.cpp - matrix products to kernel calls ------------===//
//
// From linalg contractions on memrefs to calls of outlined functions, one a
// spec, with a packing buffer allocated before the call where the kernel wants
// one. Contractions that are no matrix product stay as they are.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/ContractionKernel.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/PackAhead.h"
#include "codegen/kernels/PackOnce.h"
#include "codegen/kernels/Passes.h"
#include "codegen/kernels/SharedProduct.h"
#include "codegen/kernels/TargetInfo.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <algorithm>
#include <map>
#include <vector>

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERCONTRACTIONS
#include "codegen/kernels/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

//===----------------------------------------------------------------------===//
// What is told about it
//===----------------------------------------------------------------------===//

/// An extent; a dynamic one by its bound.
std::string describe(int64_t extent, int64_t bound) {
  return ShapedType::isDynamic(extent) ? "up to " + std::to_string(bound) : std::to_string(extent);
}

void remarkKernel(linalg::LinalgOp op, const ContractionSpec &spec, const KernelPlan &plan, int64_t panelWidth,
                  StringRef kernel) {
  int64_t boundOfK = spec.boundOfK();
  std::string m = describe(spec.m, spec.boundOfM()), k = describe(spec.k, boundOfK), blocks;
  if (plan.mBlock)
    blocks = llvm::formatv(", {0} rows at a time", plan.mBlock);
  if (plan.kBlock < boundOfK)
    blocks += llvm::formatv(", {0} along the sum at a time", plan.kBlock);
  remark::passed(op->getLoc(), remarkOn(op, "contraction", "kernel"))
      << remark::add(
             "({0} x {1}) by ({1} x {2}), in tiles of {3} x {4}{5}: `{6}`", m,
             k, spec.n, plan.turned ? panelWidth : plan.rows,
             plan.turned ? plan.rows : panelWidth, blocks, kernel.str())
      << remark::reason("{0}", plan.reasonOfTiles);
  if (plan.pack)
    remark::passed(op->getLoc(), remarkOn(op, "contraction", "pack"))
        << remark::add("the right side is packed, {0} of its rows at a time{1}", plan.kBlock,
                       plan.packFromRows ? llvm::formatv(", from a batch of {0} on", plan.packFromRows).str() : "")
        << remark::reason("{0}", plan.reason);
  else if (!spec.packedB)
    remark::missed(op->getLoc(), remarkOn(op, "contraction", "pack"))
        << remark::add("the right side is read where it is") << remark::reason("{0}", plan.reason);
}

void remarkEpilogue(linalg::LinalgOp op, const std::optional<Epilogue> &epilogue, StringRef whyNot) {
  if (epilogue)
    remark::passed(op->getLoc(), remarkOn(op, "contraction", "epilogue"))
        << remark::add("what follows is done on the tiles, operations: {0}",
                       llvm::range_size(epilogue->body().without_terminator()));
  else if (!whyNot.empty())
    remark::missed(op->getLoc(), remarkOn(op, "contraction", "epilogue"))
        << remark::add("what follows has a loop of its own") << remark::reason("{0}", whyNot.str());
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

/// A contraction to lower, and where its B is packed if that serves it more than
/// once.
struct Site {
  linalg::LinalgOp op;
  Contraction contraction;
  Operation *placeOfPack;
  /// Other products in the block take the same B.
  bool isShared = false;
};

/// Marks products that could take one packed B.
void findShared(std::vector<Site> &sites) {
  std::map<std::tuple<Block *, void *, bool>, SmallVector<Site *>> byMatrix;
  for (Site &site : sites)
    if (site.contraction.outer.empty() && !ShapedType::isDynamic(site.contraction.spec.k))
      byMatrix[{site.op->getBlock(), site.contraction.b.getAsOpaquePointer(), site.contraction.spec.transposeB}].push_back(
          &site);
  for (auto &[matrix, users] : byMatrix)
    for (Site *user : users)
      user->isShared = users.size() > 1;
}

struct LowerContractions
    : public impl::LowerContractionsBase<LowerContractions> {
  void runOnOperation() override;

private:
  /// What bounds the batch there: a smaller bound may need no packing, and less code.
  int64_t maxBatchAt(Operation *op) const {
    auto own = op->getParentOfType<func::FuncOp>()->getAttrOfType<IntegerAttr>(names::maxBatch);
    return own ? own.getInt() : target.maxBatch;
  }
  func::FuncOp getOrEmitKernel(Location loc, const ContractionSpec &spec,
                               const KernelPlan &plan,
                               const Epilogue *epilogue);
  LogicalResult lower(Site &site, PackOnce &packs, PackAhead &ahead);
  void lowerToShared(linalg::LinalgOp op, const Contraction &contraction, ArrayRef<Value> extents);

  TargetInfo target;
  KernelChoices choices;
  SharedPlan sharedPlan;
  llvm::StringMap<SharedExtents> sharedExtents; ///< of all products of a layout
  /// The epilogues of kernels with one, by their names.
  llvm::StringMap<std::string> names;
};

} // namespace

func::FuncOp LowerContractions::getOrEmitKernel(Location loc,
                                                const ContractionSpec &spec,
                                                const KernelPlan &plan,
                                                const Epilogue *epilogue) {
  ModuleOp module = getOperation();
  std::string name = spec.kernelName();
  if (epilogue) {
    std::string &known = names[name + ' ' + epilogue->key()];
    if (known.empty())
      known = (name + "_then" + Twine(names.size() - 1)).str();
    name = known;
  }
  if (auto kernel = module.lookupSymbol<func::FuncOp>(name))
    return kernel;
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  return emitContractionKernel(builder, loc, name, spec, plan, target, epilogue);
}

/// Where an operand of a product in loops begins: each loop takes it its stride
/// further.
static Value offsetIn(KernelEmitter &emit, memref::ExtractStridedMetadataOp whole, ArrayRef<OuterLabel> labels,
                      ArrayRef<Value> ivs, std::optional<int64_t> OuterLabel::*dimension) {
  Value offset = whole.getOffset();
  for (auto [label, iv] : llvm::zip(labels, ivs))
    if (std::optional<int64_t> dim = label.*dimension) {
      Value stride = whole.getStrides()[*dim];
      offset = emit.add(offset, arith::MulIOp::create(emit.builder, emit.loc, iv, stride));
    }
  return offset;
}

/// Calls `body` with the indices of all loops, inside them.
static void emitLoops(KernelEmitter &emit, ArrayRef<Value> extents, SmallVector<Value> &ivs,
                      llvm::function_ref<void()> body) {
  if (ivs.size() == extents.size())
    return body();
  emit.loop(emit.index(0), extents[ivs.size()], 1, [&](Value iv) {
    ivs.push_back(iv);
    emitLoops(emit, extents, ivs, body);
    ivs.pop_back();
  });
}

/// A call of the function that all products share.
void LowerContractions::lowerToShared(linalg::LinalgOp op, const Contraction &contraction, ArrayRef<Value> extents) {
  const ContractionSpec &spec = contraction.spec;
  Location loc = op.getLoc();
  OpBuilder builder(op);
  KernelEmitter emit(builder, loc);
  const SharedProduct product(sharedPlan, spec, sharedExtents[sharedName(sharedPlan, spec)]);
  func::FuncOp function = getOrEmitSharedProduct(getOperation(), loc, product, target);

  memref::ExtractStridedMetadataOp wholeA, wholeB, wholeC;
  auto pointerTo = [&](Value memref, memref::ExtractStridedMetadataOp &whole) -> Value {
    whole = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
    return whole.getBaseBuffer();
  };
  Value size;
  if (contraction.size)
    size = emit.sizeOf(contraction.size->memref, contraction.size->dim);
  if (contraction.sizeFactor != 1)
    size = emit.mul(size, contraction.sizeFactor);
  auto extent = [&](int64_t known) { return ShapedType::isDynamic(known) ? size : emit.index(known); };
  auto rowDistance = [&](const MatrixLayout &matrix, memref::ExtractStridedMetadataOp whole, std::optional<int64_t> dim) {
    return matrix.hasDynamicStride() ? Value(whole.getStrides()[*dim]) : emit.index(matrix.rowStride);
  };
  SharedProductCall call;
  call.a = pointerTo(contraction.a, wholeA);
  call.b = pointerTo(contraction.b, wholeB);
  call.c = pointerTo(contraction.c, wholeC);
  Value one = emit.index(1), aRow = rowDistance(spec.a, wholeA, contraction.rowDimOfA),
        bRow = rowDistance(spec.b, wholeB, contraction.rowDimOfB);
  call.m = extent(spec.m);
  call.n = emit.index(spec.n);
  call.k = extent(spec.k);
  call.aRow = spec.transposeA ? one : aRow;
  call.aStep = spec.transposeA ? aRow : one;
  call.bStep = spec.transposeB ? one : bRow;
  call.bColumn = spec.transposeB ? bRow : one;
  call.cRow = rowDistance(spec.c, wholeC, contraction.rowDimOfC);
  SmallVector<Value> ivs;
  emitLoops(emit, extents, ivs, [&] {
    if (product.hasOffsets) {
      call.aOffset = offsetIn(emit, wholeA, contraction.outer, ivs, &OuterLabel::dimOfA);
      call.bOffset = offsetIn(emit, wholeB, contraction.outer, ivs, &OuterLabel::dimOfB);
      call.cOffset = offsetIn(emit, wholeC, contraction.outer, ivs, &OuterLabel::dimOfC);
    }
    callSharedProduct(builder, loc, function, call);
  });
  const TileShape tile = product.mainTile();
  remark::passed(loc, remarkOn(op, "contraction", "kernel"))
      << remark::add("({0} x {1}) by ({1} x {2}), in tiles of {3} x {4}: `{5}`", describe(spec.m, spec.boundOfM()),
                     describe(spec.k, spec.transposeA ? spec.a.rows : spec.a.cols), spec.n, tile.rows, tile.vectors,
                     function.getName().str())
      << remark::reason("{0}", sharedPlan.byLayout ? "products that lie alike share one function; a shape of their own would gain nothing"
                                                   : "all products share one function, which is small");
  op.erase();
}

LogicalResult LowerContractions::lower(Site &site, PackOnce &packs, PackAhead &ahead) {
  linalg::LinalgOp op = site.op;
  Contraction &contraction = site.contraction;
  ContractionSpec &spec = contraction.spec;
  Location loc = op.getLoc();
  OpBuilder builder(op);
  KernelEmitter emit(builder, loc);
  // Before B changes: an extent may be one of its. C may be a buffer that is not needed.
  SmallVector<Value> extents;
  for (const OuterLabel &label : contraction.outer)
    extents.push_back(label.dimOfA   ? emit.sizeOf(contraction.a, *label.dimOfA)
                      : label.dimOfB ? emit.sizeOf(contraction.b, *label.dimOfB)
                                     : emit.sizeOf(contraction.c, *label.dimOfC));
  std::optional<Epilogue> epilogue;
  StringRef whyNot;
  Value product = contraction.c;
  if (contraction.writesOnce())
    if (linalg::FillOp fill = findZeroFill(op, contraction.c)) {
      spec.accumulate = false;
      if (!sharesProducts(target))
        epilogue = findEpilogue(op, fill, contraction, maxBatchAt(op), whyNot);
      fill.erase();
    }
  if (sharesProducts(target)) {
    lowerToShared(op, contraction, extents);
    return success();
  }
  if (epilogue) {
    // The product may be a view of a buffer that is not needed any more.
    if (contraction.size && contraction.size->memref == contraction.c && !contraction.c.getDefiningOp<memref::AllocOp>())
      contraction.size->memref = epilogue->output;
    contraction.c = epilogue->output;
    spec.c = epilogue->matrix;
    builder.setInsertionPoint(epilogue->op);
  }
  const KernelPlan alone = planKernel(
      spec, target, choices.find(spec.kernelName()), epilogue.has_value());
  if ((site.placeOfPack || alone.pack) && ahead.canPack(op, contraction)) {
    bool isNew = ahead.pack(op, contraction);
    remark::passed(loc, remarkOn(op, "contraction", "pack-ahead"))
        << remark::add(isNew ? "the right side is packed by `prepare`" : "what `prepare` has packed serves here, too");
  } else if (site.placeOfPack && !target.saveRam) {
    bool isNew = packs.pack(contraction, site.placeOfPack);
    remark::passed(loc, remarkOn(op, "contraction", "pack-once"))
        << remark::add(isNew ? "the right side is packed once, before the loop that uses it in every step"
                             : "the right side was packed for a loop before, and has not changed since");
  } else if (!target.saveRam && site.isShared && alone.pack && !alone.packFromRows) {
    bool isNew = packs.pack(contraction, op);
    remark::passed(loc, remarkOn(op, "contraction", "pack-once"))
        << remark::add(isNew ? "the right side is packed once, for all products that take it"
                             : "the right side was packed for a product before, and has not changed since");
  }
  KernelChoice choice = choices.find(spec.kernelName());
  if (std::optional<std::string> whyNot = settleChoice(spec, target, choice))
    return op.emitError() << "kernel `" << StringRef(spec.kernelName()).drop_front(13) << "` is to have " << *whyNot;
  KernelPlan plan = planKernel(spec, target, choice, epilogue.has_value());
  func::FuncOp kernel = getOrEmitKernel(loc, spec, plan, epilogue ? &*epilogue : nullptr);
  remarkKernel(op, spec, plan, plan.panelWidth(target), kernel.getName());
  remarkEpilogue(op, epilogue, whyNot);

  struct Operand {
    Value memref;
    const MatrixLayout &matrix;
    std::optional<int64_t> OuterLabel::*dimension;
    std::optional<int64_t> rowDim;
    memref::ExtractStridedMetadataOp whole;
  };
  Operand all[] = {{contraction.a, spec.a, &OuterLabel::dimOfA, contraction.rowDimOfA, {}},
                   {contraction.b, spec.b, &OuterLabel::dimOfB, contraction.rowDimOfB, {}},
                   {contraction.c, spec.c, &OuterLabel::dimOfC, contraction.rowDimOfC, {}}};
  SmallVector<Value> operands, noOffsets;
  for (auto &[memref, matrix, dimension, rowDim, whole] : all) {
    if (spec.packedB && memref == contraction.b) {
      operands.push_back(memref);
    } else if (matrix.hasOffset) {
      whole = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
      operands.push_back(whole.getBaseBuffer());
    } else {
      operands.push_back(passMatrix(builder, loc, memref, matrix, noOffsets));
    }
  }
  Value size;
  if (contraction.size) {
    size = emit.sizeOf(contraction.size->memref, contraction.size->dim);
    if (contraction.sizeFactor != 1)
      size = arith::MulIOp::create(builder, loc, size, emit.index(contraction.sizeFactor));
  }
  if (plan.pack) {
    auto scratch = memref::AllocOp::create(
        builder, loc, plan.scratchType(spec, target, &getContext()),
        builder.getI64IntegerAttr(64));
    scratch->setAttr("ingot.packing", builder.getUnitAttr());
    operands.push_back(scratch);
  }
  if (size)
    operands.push_back(size);
  SmallVector<Value> offsetsOfInputs;
  if (epilogue)
    for (const EpilogueInput &input : epilogue->inputs)
      operands.push_back(passMatrix(builder, loc, input.memref, input.matrix, offsetsOfInputs));
  // What follows may be of other layers.
  SmallVector<Location> locs = {loc};
  if (epilogue)
    for (Operation &inner : epilogue->body().without_terminator())
      if (!inner.hasTrait<OpTrait::ConstantLike>())
        locs.push_back(inner.getLoc());
  const Location callLoc = FusedLoc::get(&getContext(), locs);
  SmallVector<Value> ivs;
  emitLoops(emit, extents, ivs, [&] {
    SmallVector<Value> arguments = operands;
    for (auto &[memref, matrix, dimension, rowDim, whole] : all)
      if (whole) {
        arguments.push_back(offsetIn(emit, whole, contraction.outer, ivs, dimension));
        if (matrix.hasDynamicStride())
          arguments.push_back(whole.getStrides()[*rowDim]);
      }
    arguments.append(offsetsOfInputs);
    func::CallOp::create(builder, callLoc, kernel, arguments);
  });
  op.erase();
  if (epilogue)
    epilogue->op.erase();
  // The product that is not in memory needs none.
  eraseUnused(product);
  return success();
}

void LowerContractions::runOnOperation() {
  FailureOr<TargetInfo> readTarget = TargetInfo::read(getOperation());
  FailureOr<KernelChoices> readChoices = KernelChoices::read(getOperation());
  if (failed(readTarget) || failed(readChoices))
    return signalPassFailure();
  target = *readTarget;
  choices = *readChoices;

  SmallVector<linalg::LinalgOp> ops;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (linalg::isaContractionOpInterface(op))
      ops.push_back(op);
  });
  // What loops change is looked at before the calls hide it.
  std::vector<Site> sites;
  for (linalg::LinalgOp op : ops)
    if (auto contraction = classifyContraction(op, maxBatchAt(op)))
      sites.push_back({op, *contraction, placeOfPack(op, *contraction), false});
    else
      remark::missed(op->getLoc(), remarkOn(op, "contraction", "kernel"))
          << remark::add("plain loops") << remark::reason("no matrix product fits its operands as they lie in memory");
  findShared(sites);
  if (sharesProducts(target)) {
    SharedExtents ofAll;
    for (const Site &site : sites)
      ofAll.add(site.contraction.spec);
    sharedPlan = planSharedProduct(target, choices.find("any"), ofAll);
    for (const Site &site : sites)
      sharedExtents[sharedName(sharedPlan, site.contraction.spec)].add(site.contraction.spec);
  }
  PackOnce packs(getOperation(), target);
  PackAhead ahead(getOperation(), packs);
  for (Site &site : sites)
    if (failed(lower(site, packs, ahead)))
      return signalPassFailure();
  if (failed(choices.checkUsed(getOperation())))
    return signalPassFailure();
}

} // namespace ingot::codegen
