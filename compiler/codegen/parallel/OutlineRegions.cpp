//===- OutlineRegions.cpp - a chunk of a region as a function -------------===//
//
// In: bodies of entries with regions, memory being planned. Out: the same with a
// call in each region's place, direct for one chunk and by the host for more.
//
//===----------------------------------------------------------------------===//

#include "codegen/parallel/Passes.h"
#include "codegen/parallel/RegionBuilder.h"

#include "ingot/Dialect/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_OUTLINEREGIONS
#include "codegen/parallel/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

class RegionOutliner {
public:
  RegionOutliner(func::FuncOp body, scf::ParallelOp region, Value host, const std::string &name)
      : body(body), region(region), host(host), name(name), loc(region.getLoc()), builder(body) {}

  void run() {
    collect();
    func::FuncOp chunk = makeChunk();
    func::FuncOp fork = declareFork();
    builder.setInsertionPoint(region);
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
    Value count = region.getUpperBound().front();
    Value isOne = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, count, one);
    auto branch = scf::IfOp::create(builder, loc, isOne, /*withElseRegion=*/true);
    builder.setInsertionPoint(branch.thenYield());
    SmallVector<Value> operands = {zero, one};
    operands.append(taken.begin(), taken.end());
    func::CallOp::create(builder, loc, chunk, operands);
    builder.setInsertionPoint(branch.elseYield());
    operands = {host, count};
    operands.append(taken.begin(), taken.end());
    func::CallOp::create(builder, loc, fork, operands);
    region.erase();
  }

private:
  /// What the chunk takes as arguments: those of the body, and numbers that it computed.
  /// Views and constants are made again.
  void collect() {
    SetVector<Value> used;
    getUsedValuesDefinedAbove(region.getRegion(), used);
    llvm::for_each(used, [&](Value value) { collect(value); });
  }

  void collect(Value value) {
    Operation *definition = value.getDefiningOp();
    bool isMemory = isa<BaseMemRefType>(value.getType());
    if (definition && (isMemory || isa<arith::ConstantOp>(definition))) {
      if (llvm::is_contained(remade, definition))
        return;
      for (Value operand : definition->getOperands())
        collect(operand);
      remade.insert(definition);
    } else if (value != region.getUpperBound().front()) {
      taken.insert(value);
    }
  }

  SmallVector<Type> typesAfter(ArrayRef<Type> first) const {
    SmallVector<Type> types(first);
    for (Value value : taken)
      types.push_back(value.getType());
    return types;
  }

  func::FuncOp makeChunk() {
    Type index = builder.getIndexType();
    auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(typesAfter({index, index}), {}));
    function.setPrivate();
    function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
    OpBuilder inside = OpBuilder::atBlockBegin(function.addEntryBlock());
    IRMapping map;
    for (auto [i, value] : llvm::enumerate(taken)) {
      map.map(value, function.getArgument(2 + i));
      if (auto argument = dyn_cast<BlockArgument>(value); argument && body.getArgAttr(argument.getArgNumber(), noAlias))
        function.setArgAttr(2 + i, noAlias, builder.getUnitAttr());
    }
    map.map(region.getInductionVars().front(), function.getArgument(0));
    map.map(region.getUpperBound().front(), function.getArgument(1));
    for (Operation *op : remade)
      inside.clone(*op, map);
    for (Operation &op : region.getBody()->without_terminator())
      inside.clone(op, map);
    func::ReturnOp::create(inside, loc);
    return function;
  }

  func::FuncOp declareFork() {
    Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    auto function = func::FuncOp::create(builder, loc, name + "_fork",
                                         builder.getFunctionType(typesAfter({pointer, builder.getIndexType()}), {}));
    function.setPrivate();
    function->setAttr(forkAttribute, FlatSymbolRefAttr::get(builder.getContext(), name));
    return function;
  }

  static constexpr StringLiteral noAlias = "llvm.noalias";

  func::FuncOp body;
  scf::ParallelOp region;
  Value host;
  std::string name;
  Location loc;
  OpBuilder builder;
  SetVector<Value> taken;
  SetVector<Operation *> remade;
};

struct OutlineRegions : impl::OutlineRegionsBase<OutlineRegions> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      SmallVector<scf::ParallelOp> regions;
      function.walk([&](scf::ParallelOp region) {
        if (region->hasAttr(regionAttribute))
          regions.push_back(region);
      });
      if (regions.empty())
        continue;
      // Instrumented bodies have it.
      Value host = getOrAddArgument(function, "host", LLVM::LLVMPointerType::get(&getContext()));
      for (auto [i, region] : llvm::enumerate(regions))
        RegionOutliner(function, region, host, (function.getName() + "_region" + Twine(i)).str()).run();
    }
  }
};

} // namespace
} // namespace ingot::codegen
