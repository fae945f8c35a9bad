//===- MarkSpans.cpp - whose code it is, for debuggers -------------------===//
//
// In: bodies of entries, memory being planned. Out: the same, with locations that
// say which layers and directions an op works for, fused with the place.
//
//===----------------------------------------------------------------------===//

#include "codegen/debug/Marks.h"
#include "codegen/debug/Passes.h"
#include "codegen/debug/Span.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_MARKSPANS
#include "codegen/debug/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {

static constexpr StringLiteral key = "ingot.span";

Location marked(Location loc, StringRef span) {
  Builder builder(loc.getContext());
  return FusedLoc::get({loc}, builder.getDictionaryAttr(builder.getNamedAttr(key, builder.getStringAttr(span))),
                       loc.getContext());
}

StringRef markOf(Location loc) {
  StringRef span;
  loc->walk([&](Location inner) {
    auto fused = dyn_cast<FusedLoc>(inner);
    auto dictionary = fused ? dyn_cast_or_null<DictionaryAttr>(fused.getMetadata()) : DictionaryAttr();
    auto text = dictionary ? dictionary.getAs<StringAttr>(key) : StringAttr();
    if (!text)
      return WalkResult::advance();
    span = text.getValue();
    return WalkResult::interrupt();
  });
  return span;
}

namespace {

/// `loc`, or `otherwise` where it says nothing of a place.
Location placed(Location loc, Location otherwise) { return placeOf(loc) ? loc : otherwise; }

void mark(Operation &op, StringRef kind, Location around) {
  const Span span = Span::of(&op, kind);
  const Location own = placed(op.getLoc(), around);
  if (holdsWork(op)) {
    for (Region &region : op.getRegions())
      for (Block &block : region)
        for (Operation &inner : block)
          mark(inner, kind, own);
  } else if (!span.empty()) {
    const std::string text = span.text();
    op.walk([&](Operation *inner) {
      if (inner != &op)
        inner->setLoc(marked(placed(inner->getLoc(), own), text));
    });
  }
  op.setLoc(span.empty() ? own : marked(own, span.text()));
}

struct MarkSpans : impl::MarkSpansBase<MarkSpans> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (auto kind = function->getAttrOfType<StringAttr>(names::kind))
        for (Block &block : function.getBody())
          for (Operation &op : block)
            if (isWork(op))
              mark(op, kind, function.getLoc());
  }
};

} // namespace
} // namespace ingot::codegen
