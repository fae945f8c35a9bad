//===- DebugScopes.cpp - locations become scopes of DWARF ----------------===//
//
// In: the LLVM dialect with the locations of the user and marks of spans. Out: the
// same with one compile unit, a subprogram a function, and spans inlined into them.
//
//===----------------------------------------------------------------------===//

#include "codegen/debug/Marks.h"
#include "codegen/debug/Passes.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Spans.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/Dwarf.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_DEBUGSCOPES
#include "codegen/debug/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Makes the attributes, each once.
class Scopes {
public:
  Scopes(ModuleOp module, bool full)
      : context(module.getContext()), prefix(prefixOf(module)), modelPlace(firstPlace(module)) {
    unit = LLVM::DICompileUnitAttr::get(distinct(), llvm::dwarf::DW_LANG_C99, fileOf(modelPlace), string("Ingot"),
                                        /*isOptimized=*/true,
                                        full ? LLVM::DIEmissionKind::Full : LLVM::DIEmissionKind::LineTablesOnly);
  }

  LLVM::DISubprogramAttr function(StringRef name, FileLineColLoc place) { return make(name, name, place); }

  /// A span as a function that was inlined; names in different files are different ones.
  LLVM::DISubprogramAttr span(StringRef name, FileLineColLoc place) {
    LLVM::DISubprogramAttr &known = spans[{string(name), place.getFilename()}];
    if (!known)
      known = make(name, "", place);
    return known;
  }

  /// Where the user made the model.
  FileLineColLoc ofModel() const { return modelPlace; }

  /// Where a kernel is that belongs to no line of the user's: the next line of a file
  /// that is none.
  FileLineColLoc nextShared() {
    return FileLineColLoc::get(context, (prefix + ".kernels").str(), ++sharedLines, 1);
  }

private:
  static StringRef prefixOf(ModuleOp module) {
    auto prefix = module->getAttrOfType<StringAttr>(names::prefix);
    return prefix ? prefix.getValue() : "model";
  }

  static FileLineColLoc firstPlace(ModuleOp module) {
    if (auto place = placeOf(module.getLoc()))
      return *place;
    return FileLineColLoc::get(module.getContext(), (prefixOf(module) + ".model").str(), 1, 1);
  }

  DistinctAttr distinct() const { return DistinctAttr::create(UnitAttr::get(context)); }
  StringAttr string(const Twine &text) const { return StringAttr::get(context, text); }

  /// Names are the recorder's own. The directory is that of whoever debugs: where the
  /// object was made must not show in it.
  LLVM::DIFileAttr fileOf(FileLineColLoc place) const {
    return LLVM::DIFileAttr::get(context, place.getFilename(), ".");
  }

  LLVM::DISubprogramAttr make(StringRef name, StringRef symbol, FileLineColLoc place) const {
    LLVM::DIFileAttr file = fileOf(place);
    auto type = LLVM::DISubroutineTypeAttr::get(context, ArrayRef<LLVM::DITypeAttr>());
    return LLVM::DISubprogramAttr::get(context, distinct(), unit, file, string(name),
                                       symbol.empty() ? StringAttr() : string(symbol), file, place.getLine(),
                                       place.getLine(),
                                       LLVM::DISubprogramFlags::Definition | LLVM::DISubprogramFlags::Optimized, type,
                                       /*retainedNodes=*/{}, /*annotations=*/{});
  }

  MLIRContext *context;
  StringRef prefix;
  FileLineColLoc modelPlace;
  LLVM::DICompileUnitAttr unit;
  llvm::DenseMap<std::pair<StringAttr, StringAttr>, LLVM::DISubprogramAttr> spans;
  unsigned sharedLines = 0;
};

/// The spans that functions are called for. A call that is marked with none, as one kernel's of another, is
/// for those that its caller is called for; one of an entry's own for none.
class Callers {
public:
  explicit Callers(ModuleOp module) {
    SmallVector<std::pair<StringRef, StringRef>> passedOn;
    llvm::StringSet<> called;
    module.walk([&](LLVM::CallOp call) {
      std::optional<StringRef> callee = call.getCallee();
      if (!callee)
        return;
      called.insert(*callee);
      const StringRef mark = markOf(call.getLoc());
      if (mark.empty())
        passedOn.emplace_back(call->getParentOfType<LLVM::LLVMFuncOp>().getName(), *callee);
      else
        spans[*callee].insert(mark);
    });
    for (auto [caller, callee] : passedOn)
      if (!called.contains(caller))
        spans[callee].insert("");
    for (bool changes = true; changes;) {
      changes = false;
      for (auto [caller, callee] : passedOn)
        for (StringRef span : SmallVector<StringRef>(spans[caller].getArrayRef()))
          changes |= spans[callee].insert(span);
    }
  }

  /// The one that all calls of `function` are for; empty if there are several or none.
  StringRef onlySpan(LLVM::LLVMFuncOp function) const {
    auto found = spans.find(function.getName());
    return found != spans.end() && found->second.size() == 1 ? found->second.front() : "";
  }

  bool isShared(LLVM::LLVMFuncOp function) const {
    auto found = spans.find(function.getName());
    return found != spans.end() && found->second.size() > 1;
  }

private:
  llvm::StringMap<llvm::SmallSetVector<StringRef, 2>> spans;
};

/// Scopes of one function and of all that is in it.
class FunctionScopes {
public:
  FunctionScopes(LLVM::LLVMFuncOp function, Scopes &scopes, const Callers &callers)
      : function(function), scopes(scopes), isShared(callers.isShared(function)), calledFor(callers.onlySpan(function)),
        place(isShared ? scopes.nextShared() : placeOf(function.getLoc()).value_or(scopes.ofModel())),
        subprogram(scopes.function(function.getName(), place)) {}

  void set() {
    const Location own = FusedLoc::get({place}, subprogram, function.getContext());
    function->setLoc(own);
    function.walk([&](Operation *op) {
      if (op != function)
        op->setLoc(scoped(op->getLoc(), own));
    });
    for (Block &block : function.getBody())
      for (BlockArgument argument : block.getArguments())
        argument.setLoc(own);
  }

private:
  Location scoped(Location loc, Location own) {
    StringRef span = markOf(loc);
    // A kernel's own ops, and a loop's, have the place of one caller among others.
    if (isShared)
      return own;
    if (span.empty())
      span = calledFor;
    // What is no layer's is at the line of the model: a breakpoint at the line of a
    // layer is one in the layer, not before it.
    if (span.empty())
      return own;
    FileLineColLoc at = placeOf(loc).value_or(place);
    // For those who read the form `llvm`, values are called as the layer is.
    auto named = loc->findInstanceOf<NameLoc>();
    Location inner = named ? Location(NameLoc::get(named.getName(), at)) : Location(at);
    return CallSiteLoc::get(FusedLoc::get({inner}, scopes.span(span, at), function.getContext()), own);
  }

  LLVM::LLVMFuncOp function;
  Scopes &scopes;
  bool isShared;
  StringRef calledFor;
  FileLineColLoc place;
  LLVM::DISubprogramAttr subprogram;
};

struct DebugScopes : impl::DebugScopesBase<DebugScopes> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto level = module->getAttrOfType<StringAttr>(names::debug);
    if (level && level == "none")
      return;
    const bool full = level && level == "full";
    Scopes scopes(module, full);
    const Callers callers(module);
    for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
      if (function.isExternal())
        continue;
      FunctionScopes(function, scopes, callers).set();
      // A call at the end of a layer would leave no frame to tell of it.
      if (full)
        keepFrames(function);
    }
  }

  static void keepFrames(LLVM::LLVMFuncOp function) {
    Builder builder(function.getContext());
    SmallVector<Attribute> attributes;
    if (ArrayAttr known = function.getPassthroughAttr())
      attributes.assign(known.begin(), known.end());
    attributes.push_back(builder.getStrArrayAttr({"disable-tail-calls", "true"}));
    // Nor would the end of several layers that code for size makes one function.
    attributes.push_back(builder.getStringAttr("nooutline"));
    function.setPassthroughAttr(builder.getArrayAttr(attributes));
  }
};

} // namespace
} // namespace ingot::codegen
