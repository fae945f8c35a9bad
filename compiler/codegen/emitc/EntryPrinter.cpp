//===- EntryPrinter.cpp - entry points as functions of C ------------------===//

#include "codegen/emitc/EntryPrinter.h"

#include "codegen/HostLayout.h"
#include "codegen/Passes.h"
#include "lower/Layout.h"

#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Pass/PassManager.h"

#include <ingot/abi.h>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

FailureOr<OwningOpRef<ModuleOp>> ingot::codegen::buildEntryPoints(ModuleOp bodies) {
  OwningOpRef<ModuleOp> module = bodies.clone();
  OpBuilder builder(module->getContext());
  auto pointer = LLVM::LLVMPointerType::get(module->getContext());
  Type index = builder.getIntegerType(DataLayout(*module).getTypeSizeInBits(builder.getIndexType()));
  for (auto function : llvm::make_early_inc_range(module->getOps<func::FuncOp>())) {
    auto types = llvm::map_to_vector(function.getArgumentTypes(), [&](Type type) -> Type {
      return isa<MemRefType>(type) ? Type(pointer) : type.isIndex() ? index : type;
    });
    builder.setInsertionPoint(function);
    if (function->hasAttr(names::kind)) {
      auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(module->getContext()), types);
      auto declared = LLVM::LLVMFuncOp::create(builder, function.getLoc(), function.getSymName(), type);
      for (NamedAttribute attribute : function->getDiscardableAttrs())
        declared->setDiscardableAttr(attribute.getName(), attribute.getValue());
      declared.setArgAttrsAttr(function.getArgAttrsAttr());
      // What is private needs a body; nobody looks at this one.
      OpBuilder inside = OpBuilder::atBlockEnd(declared.addEntryBlock(builder));
      LLVM::ReturnOp::create(inside, function.getLoc(), ValueRange());
    }
    function.erase();
  }
  PassManager passes(module->getContext());
  passes.addPass(createEmitEntryPointsPass());
  if (failed(passes.run(*module)))
    return failure();
  return module;
}

//===----------------------------------------------------------------------===//
// Functions and constants
//===----------------------------------------------------------------------===//

static std::string scalarType(Type type) { return isa<LLVM::LLVMVoidType>(type) ? "void" : cType(type); }

/// `const float *params` as its type and its name.
static std::pair<std::string, std::string> splitParameter(StringRef text) {
  text = text.trim();
  const size_t end = text.find_last_of(" *") + 1;
  return {text.take_front(end).rtrim(' ').str(), text.drop_front(end).str()};
}

LogicalResult EntryPrinter::print(LLVM::LLVMFuncOp which) {
  function = which;
  // It stands for what is printed from loops.
  if (bodies.count(cIdentifier(function.getSymName())))
    return success();
  const std::string name = function.getSymName().str();
  Block &entry = function.front();
  auto known = header.functions.find(name);
  std::string signature;
  SmallVector<std::pair<std::string, std::string>> parameters;
  const bool isPublic = known != header.functions.end();
  if (isPublic) {
    signature = known->second;
    StringRef inside = StringRef(signature).split('(').second.drop_back();
    SmallVector<StringRef> texts;
    inside.split(texts, ',');
    parameters = llvm::map_to_vector(texts, splitParameter);
  } else {
    signature = "static INGOT_CODE " + scalarType(function.getFunctionType().getReturnType()) + " " + name + "(";
    for (Type type : function.getArgumentTypes()) {
      const bool isPointer = isa<LLVM::LLVMPointerType>(type);
      parameters.push_back({isPointer ? "const void *" : cType(type),
                            isPointer ? "values" : type.isInteger(32) ? "limit" : "count"});
      signature += (parameters.size() > 1 ? ", " : "") + parameters.back().first + (isPointer ? "" : " ") +
                   parameters.back().second;
    }
    signature += ")";
  }
  if (parameters.size() != entry.getNumArguments())
    return function.emitError("the header declares it with ") << parameters.size() << " parameters";
  for (auto [argument, parameter] : llvm::zip(entry.getArguments(), parameters)) {
    auto &[type, parameterName] = parameter;
    expressions[argument] = {parameterName};
    if (isa<LLVM::LLVMPointerType>(argument.getType()))
      pointers[argument] = {parameterName, type};
    else if (type == "int32_t")
      expressions[argument] = {"(uint32_t)" + parameterName, Binding::Unary};
  }
  writer.blank();
  writer.open((isPublic ? "INGOT_CODE " : "") + signature + " {");
  for (auto [argument, parameter] : llvm::zip(entry.getArguments(), parameters))
    if (argument.use_empty())
      writer.line("(void)" + parameter.second + ";");
  count = 0;
  printBlocks(&entry, nullptr);
  writer.close();
  return failure(failed);
}

LogicalResult EntryPrinter::print(LLVM::GlobalOp constant) {
  auto value = dyn_cast_or_null<TypedAttr>(constant.getValueOrNull());
  const bool isPublic = constant.getLinkage() == LLVM::Linkage::External;
  if (!value || !isa<FloatAttr, IntegerAttr>(value) || !constant.getConstant())
    return constant.emitError("a constant that has no form in C");
  writer.blank();
  const std::string type = constant.getGlobalType().isInteger(8) ? "char" : cType(constant.getGlobalType());
  std::string number = constant.getGlobalType().isInteger(8) ? std::to_string(cast<IntegerAttr>(value).getInt())
                                                             : cConstant(value).text;
  writer.line((isPublic ? "" : "static ") + std::string("const ") + type + " " + constant.getSymName() + " = " + number + ";");
  return success();
}

//===----------------------------------------------------------------------===//
// Pointers
//===----------------------------------------------------------------------===//

static std::string memberOfHost(uint64_t offset, unsigned bits) {
  const HostLayout layout(bits);
  if (offset == offsetof(ingot_host, struct_size))
    return "struct_size";
  if (offset == offsetof(ingot_host, threads))
    return "threads";
  return offset == layout.parallelFor ? "parallel_for" : offset == layout.context ? "ctx" : "";
}

/// The place that is read or written, as C names it.
std::string EntryPrinter::access(Value pointer, Type type, bool isWrite) {
  const Pointer place = pointers.lookup(pointer);
  const unsigned bits = DataLayout(function->getParentOfType<ModuleOp>()).getTypeSizeInBits(IndexType::get(type.getContext()));
  auto members = header.members.find(place.base == "into" || place.base == "from" ? "metrics" : place.base);
  if (place.base == "host" && !memberOfHost(place.offset, bits).empty())
    return "host->" + memberOfHost(place.offset, bits);
  if (members != header.members.end() && members->first == "metrics") {
    static constexpr const char *fields[] = {"sum", "compensation", "count"};
    return place.base + "->" + members->second.at(place.offset / Layout::meanBytes) + "." +
           fields[place.offset % Layout::meanBytes / 4];
  }
  if (members != header.members.end())
    return place.base + "->" + members->second.at(place.offset / (bits / 8));
  const std::string to = (isWrite ? "" : "const ") + memoryType(type) + " *", byte = isWrite ? "unsigned char *" : "const unsigned char *";
  if (!place.index.empty())
    return "((" + to + ")" + place.base + ")[" + place.index + "]";
  if (place.offset)
    return "*(" + to + ")((" + byte + ")" + place.base + " + " + std::to_string(place.offset) + ")";
  return to == place.type || "const " + to == place.type || to == "const " + place.type ? "*" + place.base
                                                                                        : "*(" + to + ")" + place.base;
}

std::string EntryPrinter::pointerText(Value pointer) {
  auto known = pointers.find(pointer);
  return known == pointers.end() ? expression(pointer).text : known->second.base;
}

/// Arguments are cast to what the body is declared with.
std::string EntryPrinter::call(LLVM::CallOp call) {
  const std::string name = cIdentifier(*call.getCallee());
  auto body = bodies.find(name);
  std::string text = name + "(";
  for (auto [i, argument] : llvm::enumerate(call.getArgOperands())) {
    text += i ? ", " : "";
    auto extended = argument.getDefiningOp<LLVM::ZExtOp>();
    if (extended && isa<BlockArgument>(extended.getArg()))
      text += "(" + (body == bodies.end() ? cType(argument.getType()) : body->second.types[i]) + ")" +
              StringRef(expression(extended.getArg()).text).split(')').second.str();
    else if (!isa<LLVM::LLVMPointerType>(argument.getType()) || body == bodies.end())
      text += isa<LLVM::LLVMPointerType>(argument.getType()) ? pointerText(argument) : expression(argument).text;
    else {
      const std::string type = StringRef(body->second.types[i]).split("restrict").first.str();
      const Pointer place = pointers.lookup(argument);
      const std::string byte = StringRef(type).starts_with("const ") ? "const unsigned char *" : "unsigned char *";
      if (place.offset)
        text += "(" + type + ")((" + byte + ")" + place.base + " + " + std::to_string(place.offset) + ")";
      else
        text += (place.type == type || place.type.empty() ? "" : "(" + type + ")") + pointerText(argument);
    }
  }
  return text + ")";
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

const Expression &EntryPrinter::expression(Value value) {
  return lookUp(expressions, value, failed);
}

static const char *signOf(LLVM::ICmpPredicate predicate) {
  switch (predicate) {
  case LLVM::ICmpPredicate::eq: return "==";
  case LLVM::ICmpPredicate::ne: return "!=";
  case LLVM::ICmpPredicate::ult: return "<";
  case LLVM::ICmpPredicate::ule: return "<=";
  case LLVM::ICmpPredicate::ugt: return ">";
  case LLVM::ICmpPredicate::uge: return ">=";
  default: return nullptr;
  }
}

/// The size of a struct is the C compiler's business.
static bool isSizeOfHost(LLVM::ConstantOp constant, const HostLayout &layout) {
  auto value = dyn_cast<IntegerAttr>(constant.getValue());
  return value && value.getInt() == static_cast<int64_t>(layout.bytes) && llvm::all_of(constant->getUsers(), [](Operation *user) {
    auto compare = dyn_cast<LLVM::ICmpOp>(user);
    auto load = compare ? compare.getLhs().getDefiningOp<LLVM::LoadOp>() : LLVM::LoadOp();
    return compare && compare.getPredicate() == LLVM::ICmpPredicate::ult && load && isa<BlockArgument>(load.getAddr());
  });
}

std::optional<Expression> EntryPrinter::compute(Operation &op) {
  auto two = [&](const char *sign, Binding binding, Binding least) {
    return Expression{expression(op.getOperand(0)).in(least) + " " + sign + " " + expression(op.getOperand(1)).in(least), binding};
  };
  return llvm::TypeSwitch<Operation &, std::optional<Expression>>(op)
      .Case<LLVM::ZeroOp>([&](auto) { return Expression{"NULL"}; })
      .Case<LLVM::ConstantOp>([&](LLVM::ConstantOp constant) {
        const unsigned bits = DataLayout(function->getParentOfType<ModuleOp>()).getTypeSizeInBits(IndexType::get(op.getContext()));
        return isSizeOfHost(constant, HostLayout(bits)) ? Expression{"sizeof(ingot_host)"} : cConstant(constant.getValue());
      })
      .Case<LLVM::ICmpOp>([&](LLVM::ICmpOp compare) -> std::optional<Expression> {
        const char *sign = signOf(compare.getPredicate());
        if (!sign)
          return std::nullopt;
        auto side = [&](Value value) {
          return isa<LLVM::LLVMPointerType>(value.getType()) ? pointerText(value) : expression(value).in(Binding::Shift);
        };
        return Expression{side(compare.getLhs()) + " " + sign + " " + side(compare.getRhs()), Binding::Relation};
      })
      .Case<LLVM::PtrToIntOp>([&](LLVM::PtrToIntOp cast) {
        return Expression{"(uintptr_t)" + pointerText(cast.getArg()), Binding::Unary};
      })
      .Case<LLVM::AndOp>([&](auto) {
        return op.getResult(0).getType().isInteger(1) ? two("&&", Binding::And, Binding::Equality)
                                                      : two("&", Binding::BitAnd, Binding::Unary);
      })
      .Case<LLVM::OrOp>([&](auto) {
        return op.getResult(0).getType().isInteger(1) ? two("||", Binding::Or, Binding::Equality)
                                                      : two("|", Binding::BitOr, Binding::Unary);
      })
      .Case<LLVM::AddOp, LLVM::FAddOp>([&](auto) { return two("+", Binding::Sum, Binding::Product); })
      .Case<LLVM::SubOp, LLVM::FSubOp>([&](auto) { return two("-", Binding::Sum, Binding::Product); })
      .Case<LLVM::MulOp>([&](auto) { return two("*", Binding::Product, Binding::Unary); })
      .Case<LLVM::ZExtOp>([&](auto) {
        return Expression{"(" + cType(op.getResult(0).getType()) + ")" + expression(op.getOperand(0)).in(Binding::Unary),
                          Binding::Unary};
      })
      .Case<LLVM::SelectOp>([&](LLVM::SelectOp choice) {
        auto side = [&](Value value) {
          return isa<LLVM::LLVMPointerType>(value.getType()) ? pointerText(value) : expression(value).in(Binding::Or);
        };
        return Expression{expression(choice.getCondition()).in(Binding::Or) + " ? " + side(choice.getTrueValue()) + " : " +
                              side(choice.getFalseValue()),
                          Binding::Ternary};
      })
      .Case<LLVM::AddressOfOp>([&](LLVM::AddressOfOp address) { return Expression{"&" + address.getGlobalName().str(), Binding::Unary}; })
      .Default([](Operation &) { return std::nullopt; });
}

void EntryPrinter::printOp(Operation &op) {
  if (auto place = dyn_cast<LLVM::GEPOp>(op)) {
    Pointer pointer = pointers.lookup(place.getBase());
    if (place.getDynamicIndices().empty())
      pointer.offset += place.getRawConstantIndices().front();
    else
      pointer.index = expression(place.getDynamicIndices().front()).text;
    pointers[place.getResult()] = pointer;
    return;
  }
  if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
    const std::string text = access(load.getAddr(), load.getType(), /*isWrite=*/false);
    if (isa<LLVM::LLVMPointerType>(load.getType())) {
      expressions[load.getResult()] = {text};
      return;
    }
    Expression value = {text, Binding::Unary};
    if (isa<IntegerType>(load.getType()) && !StringRef(text).contains("->"))
      value.text = "(" + cType(load.getType()) + ")" + text;
    // What is stored meanwhile must not change it.
    if (load->hasOneUse() && isa<LLVM::ICmpOp, LLVM::ZExtOp>(*load->user_begin())) {
      expressions[load.getResult()] = value;
      return;
    }
    const std::string name = fresh("v");
    writer.line("const " + cType(load.getType()) + " " + name + " = " + value.text + ";");
    expressions[load.getResult()] = {name};
    return;
  }
  if (auto store = dyn_cast<LLVM::StoreOp>(op))
    return writer.line(access(store.getAddr(), store.getValue().getType(), /*isWrite=*/true) + " = " +
                       expression(store.getValue()).text + ";");
  std::optional<Expression> value;
  if (auto call = dyn_cast<LLVM::CallOp>(op)) {
    const std::string text = this->call(call);
    if (call->getNumResults() == 0)
      return writer.line(text + ";");
    value = {text};
  } else {
    value = op.getNumResults() == 1 ? compute(op) : std::nullopt;
  }
  if (!value) {
    op.emitError("`") << op.getName() << "` has no form in C";
    failed = true;
    return;
  }
  Value result = op.getResult(0);
  // A value that its loop has declared.
  if (auto declared = expressions.find(result); declared != expressions.end())
    return writer.line(declared->second.text + " = " + value->text + ";");
  const bool isSimple = isa<LLVM::ZeroOp, LLVM::ConstantOp, LLVM::AddressOfOp>(op) ||
                        isa<LLVM::LLVMPointerType>(result.getType());
  if (isSimple || (result.hasOneUse() && !isa<LLVM::CallOp>(op))) {
    expressions[result] = *value;
    return;
  }
  const std::string name = fresh("v");
  writer.line("const " + cType(result.getType()) + " " + name + " = " + value->text + ";");
  expressions[result] = {name};
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

static std::string statusName(int64_t status) {
  static constexpr const char *names[] = {"INGOT_OK",
                                          "INGOT_NULL_ARGUMENT",
                                          "INGOT_BATCH_OUT_OF_RANGE",
                                          "INGOT_MISALIGNED",
                                          "INGOT_LABEL_OUT_OF_RANGE",
                                          "INGOT_INDEX_OUT_OF_RANGE",
                                          "INGOT_FOREIGN_STATE",
                                          "INGOT_ABI_MISMATCH",
                                          "INGOT_TOO_MANY_THREADS",
                                          "INGOT_FOREIGN_PREPARED",
                                          "INGOT_SELFTEST_FAILED"};
  static_assert(INGOT_SELFTEST_FAILED == std::size(names) - 1);
  return status < static_cast<int64_t>(std::size(names)) ? names[status] : std::to_string(status);
}

static std::optional<std::string> returned(LLVM::ReturnOp end) {
  if (end.getNumOperands() == 0)
    return "return;";
  auto constant = end.getArg().getDefiningOp<LLVM::ConstantOp>();
  auto number = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
  if (!number || !number.getType().isInteger(32))
    return std::nullopt;
  return "return " + statusName(number.getInt()) + ";";
}

/// Does the block return a constant and no more?
static LLVM::ReturnOp refusalIn(Block *block) {
  auto end = dyn_cast<LLVM::ReturnOp>(block->getTerminator());
  return end && block->hasOneUse() && returned(end) && block->getOperations().size() <= 2 ? end : LLVM::ReturnOp();
}

static bool isLoop(Block *block) { return llvm::is_contained(block->getSuccessors(), block); }

/// Blocks that can follow, the nearest first.
static llvm::SetVector<Block *> following(Block *block) {
  llvm::SetVector<Block *> found;
  found.insert(block);
  for (size_t i = 0; i < found.size(); ++i)
    for (Block *next : found[i]->getSuccessors())
      if (!refusalIn(next))
        found.insert(next);
  return found;
}

void EntryPrinter::declareArguments(Block *block) {
  for (Value argument : block->getArguments())
    if (!expressions.count(argument)) {
      expressions[argument] = {fresh("v")};
      writer.line(cType(argument.getType()) + " " + expressions[argument].text + ";");
    }
}

void EntryPrinter::assign(Block *block, ValueRange values) {
  for (auto [argument, value] : llvm::zip(block->getArguments(), values))
    writer.line(expression(argument).text + " = " + expression(value).text + ";");
}

/// A loop whose test is at its end.
void EntryPrinter::printLoop(Block *block) {
  for (Operation &op : block->without_terminator())
    for (Value result : op.getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) { return user->getBlock() != block; })) {
        expressions[result] = {fresh("v")};
        writer.line(cType(result.getType()) + " " + expressions[result].text + ";");
      }
  writer.open("for (;;) {");
  for (Operation &op : block->without_terminator())
    printOp(op);
  auto branch = cast<LLVM::CondBrOp>(block->getTerminator());
  writer.line("if (!(" + expression(branch.getCondition()).text + ")) break;");
  assign(block, branch.getTrueDestOperands());
  writer.close();
}

void EntryPrinter::printBranch(LLVM::CondBrOp branch, Block *merge) {
  Block *yes = branch.getTrueDest(), *no = branch.getFalseDest();
  const std::string condition = expression(branch.getCondition()).text;
  declareArguments(merge);
  if (yes == merge) {
    assign(merge, branch.getTrueDestOperands());
    StringRef test = condition;
    writer.open(test.consume_back(" == NULL") ? "if (" + test.str() + " != NULL) {" : "if (!(" + condition + ")) {");
    printBlocks(no, merge);
    return writer.close();
  }
  writer.open("if (" + condition + ") {");
  printBlocks(yes, merge);
  if (no != merge) {
    writer.reopen("} else {");
    printBlocks(no, merge);
  }
  writer.close();
}

void EntryPrinter::printBlocks(Block *block, Block *stop) {
  while (block != stop && !failed) {
    if (isLoop(block)) {
      printLoop(block);
      block = cast<LLVM::CondBrOp>(block->getTerminator()).getFalseDest();
      continue;
    }
    for (Operation &op : block->without_terminator())
      printOp(op);
    Operation *end = block->getTerminator();
    if (auto back = dyn_cast<LLVM::ReturnOp>(end)) {
      std::optional<std::string> text = returned(back);
      return writer.line(text ? *text : "return " + expression(back.getArg()).text + ";");
    }
    if (auto jump = dyn_cast<LLVM::BrOp>(end)) {
      declareArguments(jump.getDest());
      assign(jump.getDest(), jump.getDestOperands());
      block = jump.getDest();
      continue;
    }
    auto branch = cast<LLVM::CondBrOp>(end);
    if (LLVM::ReturnOp refusal = refusalIn(branch.getTrueDest())) {
      writer.line("if (" + expression(branch.getCondition()).text + ") " + *returned(refusal));
      block = branch.getFalseDest();
      continue;
    }
    llvm::SetVector<Block *> either = following(branch.getTrueDest());
    Block *merge = nullptr;
    for (Block *next : following(branch.getFalseDest()))
      if (either.contains(next)) {
        merge = next;
        break;
      }
    if (!merge) {
      failed = true;
      end->emitError("a branch whose ways do not meet has no form in C");
      return;
    }
    printBranch(branch, merge);
    block = merge;
  }
}
