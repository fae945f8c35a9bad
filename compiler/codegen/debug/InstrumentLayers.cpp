//===- InstrumentLayers.cpp - calls of hooks around layers ---------------===//
//
// In: bodies of entries, memory being planned and loops being fused, so that marks
// hinder neither. Out: the same, with a call before and after each span.
//
//===----------------------------------------------------------------------===//

#include "codegen/debug/Hooks.h"
#include "codegen/debug/Passes.h"
#include "codegen/debug/Span.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Roles.h"
#include "ingot/Dialect/Spans.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_INSTRUMENTLAYERS
#include "codegen/debug/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Entries with a host.
constexpr StringLiteral instrumented[] = {"predict",   kinds::predictPrepared, "evaluate",
                                          "train_step", "gradients",           "apply_gradients"};

/// Numbers spans in the order in which they are met.
class SpanTable {
public:
  unsigned idOf(const Span &span) { return spans.try_emplace(span.text(), span).first - spans.begin(); }

  ArrayAttr attribute(Builder builder) const {
    SmallVector<Attribute> rows;
    for (const auto &[text, span] : spans)
      rows.push_back(builder.getDictionaryAttr({builder.getNamedAttr("layers", builder.getStringAttr(span.names())),
                                                builder.getNamedAttr("directions",
                                                                     builder.getI64IntegerAttr(span.directions()))}));
    return builder.getArrayAttr(rows);
  }

private:
  llvm::MapVector<std::string, Span, llvm::StringMap<unsigned>> spans;
};

class BodyInstrumenter {
public:
  BodyInstrumenter(func::FuncOp body, StringRef kind, Value host, SpanTable &table)
      : builder(body), kind(kind), host(host), table(table) {}

  void instrument(Block &block) {
    Operation *first = nullptr, *last = nullptr;
    std::optional<unsigned> open;
    auto close = [&] {
      if (open)
        surround(first, last, *open);
      open.reset();
    };
    for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
      if (!isWork(op))
        continue;
      if (isLoopOverSpans(op)) {
        close();
        for (Region &region : op.getRegions())
          llvm::for_each(region, [&](Block &inner) { instrument(inner); });
        continue;
      }
      const Span span = Span::of(&op, kind);
      const unsigned id = span.empty() && open ? *open : table.idOf(span);
      if (!open || id != *open) {
        close();
        open = id;
        first = &op;
      }
      last = &op;
    }
    close();
  }

private:
  /// Threads meet at its end only, and hooks are for the one that called.
  bool isLoopOverSpans(Operation &op) const {
    if (isa<scf::ParallelOp>(op) || !holdsWork(op))
      return false;
    llvm::SmallSetVector<unsigned, 4> ids;
    op.walk<WalkOrder::PreOrder>([&](Operation *inner) {
      if (inner == &op || !isWork(*inner))
        return WalkResult::advance();
      if (holdsWork(*inner))
        return WalkResult::advance();
      ids.insert(table.idOf(Span::of(inner, kind)));
      return WalkResult::skip();
    });
    return ids.size() > 1;
  }

  void surround(Operation *first, Operation *last, unsigned id) {
    builder.setInsertionPoint(first);
    Value number = arith::ConstantOp::create(builder, first->getLoc(), builder.getI32IntegerAttr(id));
    func::CallOp::create(builder, first->getLoc(), hooks::before, TypeRange(), ValueRange{host, number});
    builder.setInsertionPointAfter(last);
    func::CallOp::create(builder, last->getLoc(), hooks::after, TypeRange(), ValueRange{host, number});
  }

  OpBuilder builder;
  StringRef kind;
  Value host;
  SpanTable &table;
};

struct InstrumentLayers : impl::InstrumentLayersBase<InstrumentLayers> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!module->hasAttr(names::instrument) || module->hasAttr(names::spans))
      return;
    auto pointer = LLVM::LLVMPointerType::get(&getContext());
    Builder builder(&getContext());
    SpanTable table;
    for (StringRef kind : instrumented)
      for (auto function : module.getOps<func::FuncOp>()) {
        if (function->getAttrOfType<StringAttr>(names::kind) != builder.getStringAttr(kind))
          continue;
        Value host = getOrAddArgument(function, "host", pointer);
        BodyInstrumenter(function, kind, host, table).instrument(function.getBody().front());
      }
    module->setAttr(names::spans, table.attribute(builder));
    OpBuilder declare = OpBuilder::atBlockEnd(module.getBody());
    for (StringRef hook : {hooks::before, hooks::after})
      func::FuncOp::create(declare, module.getLoc(), hook, builder.getFunctionType({pointer, builder.getI32Type()}, {}))
          .setPrivate();
  }
};

} // namespace
} // namespace ingot::codegen
