//===- PlanPrepared.cpp - the block that prepare fills --------------------===//
//
// In: `prepare`, which writes arguments of the role `prepared`, and the body that
// reads them. Out: the same with places for them in one block; or neither, if there
// is nothing to prepare.
//
//===----------------------------------------------------------------------===//

#include "memory/Passes.h"

#include "lower/Layout.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PLANPREPAREDPASS
#include "memory/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

bool isPrepared(func::FuncOp function, unsigned argument) {
  auto role = function.getArgAttrOfType<StringAttr>(argument, names::role);
  return role && role == "prepared";
}

struct PlanPreparedPass : ingot::impl::PlanPreparedPassBase<PlanPreparedPass> {
  void runOnOperation() override {
    func::FuncOp prepare, reader;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto kind = function->getAttrOfType<StringAttr>(names::kind);
      if (kind && kind == kinds::prepare)
        prepare = function;
      if (kind && kind == kinds::predictPrepared)
        reader = function;
    }
    if (!prepare || !reader)
      return;
    uint64_t bytes = place(prepare);
    if (bytes == 0) {
      prepare.erase();
      reader.erase();
      return;
    }
    for (unsigned i = 0; i < reader.getNumArguments(); ++i)
      if (isPrepared(reader, i))
        reader.setArgAttr(i, names::offset, places.lookup(reader.getArgAttr(i, names::name)));
    // What `prepare` needs on its way lies behind what it leaves.
    auto scratch = prepare->getAttrOfType<IntegerAttr>("ingot.arena_bytes");
    for (unsigned i = 0; i < prepare.getNumArguments(); ++i)
      if (prepare.getArgAttr(i, names::role) == StringAttr::get(&getContext(), "arena"))
        prepare.setArgAttr(i, names::offset, integer(bytes));
    prepare->setAttr(names::preparedBytes, integer(bytes + (scratch ? scratch.getInt() : 0)));
    IntegerAttr hash = integer(hashOf(prepare));
    prepare->setAttr(names::preparedHash, hash);
    reader->setAttr(names::preparedHash, hash);
  }

private:
  IntegerAttr integer(uint64_t value) { return Builder(&getContext()).getI64IntegerAttr(static_cast<int64_t>(value)); }

  /// Gives each argument its place; the end of the last, 0 if there is none. The
  /// block begins with the hash.
  uint64_t place(func::FuncOp prepare) {
    uint64_t end = 0;
    for (unsigned i = 0; i < prepare.getNumArguments(); ++i) {
      if (!isPrepared(prepare, i))
        continue;
      const uint64_t offset = end == 0 ? blockAlignment : end;
      places[prepare.getArgAttr(i, names::name)] = integer(offset);
      prepare.setArgAttr(i, names::offset, integer(offset));
      end = llvm::alignTo(offset + tensorBytes(cast<ShapedType>(prepare.getArgumentTypes()[i]), 1), blockAlignment);
    }
    return end;
  }

  /// Of all that decides what `prepare` writes but for the weights' values: where
  /// they lie, what is done to them, and in which numerics.
  uint64_t hashOf(func::FuncOp prepare) {
    std::string text;
    llvm::raw_string_ostream out(text);
    out << Layout(getOperation()).archHash() << getOperation()->getAttr(names::numerics)
        << getOperation()->getAttr(names::fma);
    prepare.print(out, OpPrintingFlags().useLocalScope());
    prepare.walk([&](func::CallOp call) {
      SymbolTable::lookupNearestSymbolFrom(call, call.getCalleeAttr())->print(out, OpPrintingFlags().useLocalScope());
    });
    return llvm::xxh3_64bits(text);
  }

  llvm::DenseMap<Attribute, Attribute> places; ///< by name
};

} // namespace
