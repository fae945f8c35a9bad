//===- EntryPrinter.cpp - entry points as functions of C ------------------===//

#include "codegen/emitc/EntryPrinter.h"

#include "codegen/HostLayout.h"
#include "codegen/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Pass/PassManager.h"

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
  // With weights at hand `init` copies them, and its body is nobody's.
  for (auto body : llvm::make_early_inc_range(module->getOps<LLVM::LLVMFuncOp>()))
    if (bodies.lookupSymbol<func::FuncOp>(body.getSymName()) && SymbolTable::symbolKnownUseEmpty(body, module->getOperation()))
      body.erase();
  return module;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static std::string scalarType(Type type) { return isa<LLVM::LLVMVoidType>(type) ? "void" : cType(type); }

/// `const float *params` as its type and its name.
static std::pair<std::string, std::string> splitParameter(StringRef text) {
  text = text.trim();
  const size_t end = text.find_last_of(" *") + 1;
  return {text.take_front(end).rtrim(' ').str(), text.drop_front(end).str()};
}

/// Whether a store goes to what `pointer` points into.
static bool isStoredTo(Value pointer) {
  return llvm::any_of(pointer.getUsers(), [&](Operation *user) {
    auto store = dyn_cast<LLVM::StoreOp>(user);
    return (store && store.getAddr() == pointer) || (isa<LLVM::GEPOp>(user) && isStoredTo(user->getResult(0)));
  });
}

/// As the header or the body declares them; those of what only entry points call have
/// names of their own.
EntryPrinter::Parameters EntryPrinter::parametersOf(LLVM::LLVMFuncOp which) {
  Parameters parameters;
  const std::string name = which.getSymName().str();
  if (auto body = bodies.find(cIdentifier(name)); body != bodies.end()) {
    for (auto [type, parameter] : llvm::zip(body->second.types, body->second.names))
      parameters.emplace_back(StringRef(type).split("restrict").first.str(), parameter);
  } else if (auto known = header.functions.find(name); known != header.functions.end()) {
    SmallVector<StringRef> texts;
    StringRef(known->second).split('(').second.drop_back().split(texts, ',');
    llvm::append_range(parameters, llvm::map_range(texts, splitParameter));
  } else {
    for (BlockArgument argument : which.getArguments()) {
      auto named = dyn_cast<NameLoc>(argument.getLoc());
      const bool isPointer = isa<LLVM::LLVMPointerType>(argument.getType());
      parameters.emplace_back(!isPointer ? cType(argument.getType()) : isStoredTo(argument) ? "void *" : "const void *",
                              named ? named.getName().str() : "x" + std::to_string(argument.getArgNumber()));
    }
  }
  return parameters;
}

static std::string declared(const std::pair<std::string, std::string> &parameter) {
  return parameter.first + (StringRef(parameter.first).ends_with("*") ? "" : " ") + parameter.second;
}

LogicalResult EntryPrinter::print(LLVM::LLVMFuncOp which) {
  function = which;
  // It stands for what is printed from loops.
  if (bodies.count(cIdentifier(function.getSymName())))
    return success();
  const std::string name = function.getSymName().str();
  Block &entry = function.front();
  auto known = header.functions.find(name);
  const Parameters parameters = parametersOf(function);
  if (parameters.size() != entry.getNumArguments())
    return function.emitError("the header declares it with ") << parameters.size() << " parameters";
  for (auto [argument, parameter] : llvm::zip(entry.getArguments(), parameters)) {
    expressions[argument] = {parameter.second};
    if (isa<LLVM::LLVMPointerType>(argument.getType()))
      pointers[argument] = {parameter.second, parameter.first};
    else if (parameter.first == "int32_t")
      expressions[argument] = {"(uint32_t)" + parameter.second, Binding::Unary};
  }
  writer.blank();
  if (known != header.functions.end())
    writer.open("INGOT_CODE " + known->second + " {");
  else
    writer.open("static INGOT_CODE " + scalarType(function.getFunctionType().getReturnType()) + " " + name + "(" +
                llvm::join(llvm::map_range(parameters, declared), ", ") + ") {");
  for (auto [argument, parameter] : llvm::zip(entry.getArguments(), parameters))
    if (argument.use_empty())
      writer.line("(void)" + parameter.second + ";");
  printBlocks(&entry, nullptr);
  writer.close();
  return failure(failed);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Expression &EntryPrinter::expression(Value value) {
  return lookUp(expressions, value, failed);
}

void EntryPrinter::define(Value value, const Expression &expression) {
  const std::string name = fresh("v");
  writer.line("const " + cType(value.getType()) + " " + name + " = " + expression.text + ";");
  expressions[value] = {name};
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

Expression EntryPrinter::compare(LLVM::ICmpOp op) {
  const char *sign = signOf(op.getPredicate());
  failed |= !sign;
  if (!sign)
    return {"0"};
  auto side = [&](Value value) {
    return isa<LLVM::LLVMPointerType>(value.getType()) ? pointerText(value) : expression(value).in(Binding::Shift);
  };
  if (op.getLhs().getType().isInteger(1) && op.getPredicate() == LLVM::ICmpPredicate::eq && matchPattern(op.getRhs(), m_Zero()))
    return {"!" + expression(op.getLhs()).in(Binding::Unary), Binding::Unary};
  return {side(op.getLhs()) + " " + sign + " " + side(op.getRhs()), Binding::Relation};
}

/// What a self-test asks: more, not at most, no number.
std::optional<Expression> EntryPrinter::compare(LLVM::FCmpOp op) {
  const std::string a = expression(op.getLhs()).in(Binding::Shift), b = expression(op.getRhs()).in(Binding::Shift);
  if (op.getPredicate() == LLVM::FCmpPredicate::ogt)
    return Expression{a + " > " + b, Binding::Relation};
  if (op.getPredicate() == LLVM::FCmpPredicate::ugt)
    return Expression{"!(" + a + " <= " + b + ")", Binding::Unary};
  if (op.getPredicate() == LLVM::FCmpPredicate::uno && a == b)
    return Expression{a + " != " + b, Binding::Equality};
  return std::nullopt;
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
  // (a | b) | c is what people write without.
  auto many = [&](const char *sign, Binding binding) {
    const Expression &left = expression(op.getOperand(0));
    return Expression{left.in(left.binding == binding ? binding : Binding::Unary) + " " + sign + " " +
                          expression(op.getOperand(1)).in(Binding::Unary),
                      binding};
  };
  const bool isTruth = op.getNumResults() == 1 && op.getResult(0).getType().isInteger(1);
  return llvm::TypeSwitch<Operation &, std::optional<Expression>>(op)
      .Case<LLVM::ZeroOp>([&](auto) { return Expression{"NULL"}; })
      .Case<LLVM::ConstantOp>([&](LLVM::ConstantOp constant) {
        if (isSizeOfHost(constant, HostLayout(indexBits())))
          return Expression{"sizeof(ingot_host)"};
        Expression value = cConstant(constant.getValue());
        if (StringRef(value.text).starts_with("ingot_float_of"))
          helpers.insert("ingot_float_of");
        return value;
      })
      .Case<LLVM::ICmpOp>([&](LLVM::ICmpOp op) { return compare(op); })
      .Case<LLVM::FCmpOp>([&](LLVM::FCmpOp op) { return compare(op); })
      .Case<LLVM::PtrToIntOp>([&](LLVM::PtrToIntOp cast) {
        return Expression{"(uintptr_t)" + pointerText(cast.getArg()), Binding::Unary};
      })
      .Case<LLVM::AndOp>([&](auto) {
        return isTruth ? two("&&", Binding::And, Binding::Equality) : many("&", Binding::BitAnd);
      })
      .Case<LLVM::OrOp>([&](auto) {
        return isTruth ? two("||", Binding::Or, Binding::Equality) : many("|", Binding::BitOr);
      })
      .Case<LLVM::XOrOp>([&](auto) { return many("^", Binding::BitXor); })
      .Case<LLVM::LShrOp>([&](auto) {
        return Expression{expression(op.getOperand(0)).alone() + " >> " + expression(op.getOperand(1)).alone(), Binding::Shift};
      })
      .Case<LLVM::BitcastOp>([&](LLVM::BitcastOp cast) -> std::optional<Expression> {
        if (!cast.getType().isF32())
          return std::nullopt;
        helpers.insert("ingot_float_of");
        return Expression{"ingot_float_of(" + expression(cast.getArg()).text + ")"};
      })
      .Case<LLVM::AddOp, LLVM::FAddOp>([&](auto) { return two("+", Binding::Sum, Binding::Product); })
      .Case<LLVM::SubOp, LLVM::FSubOp>([&](auto) { return two("-", Binding::Sum, Binding::Product); })
      .Case<LLVM::MulOp>([&](auto) {
        return matchPattern(op.getOperand(1), m_One()) ? expression(op.getOperand(0)) : two("*", Binding::Product, Binding::Unary);
      })
      .Case<LLVM::FDivOp>([&](auto) { return two("/", Binding::Product, Binding::Unary); })
      .Case<LLVM::FAbsOp>([&](auto) {
        helpers.insert("ingot_fabs");
        return Expression{"ingot_fabs(" + expression(op.getOperand(0)).text + ")"};
      })
      .Case<LLVM::ZExtOp>([&](auto) {
        return Expression{"(" + cType(op.getResult(0).getType()) + ")" + expression(op.getOperand(0)).in(Binding::Unary),
                          Binding::Unary};
      })
      .Case<LLVM::SelectOp>([&](LLVM::SelectOp choice) {
        return Expression{expression(choice.getCondition()).in(Binding::Or) + " ? " + expression(choice.getTrueValue()).in(Binding::Or) +
                              " : " + expression(choice.getFalseValue()).in(Binding::Or),
                          Binding::Ternary};
      })
      .Default([](Operation &) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void EntryPrinter::printLoad(LLVM::LoadOp load) {
  const std::string text = access(load.getAddr(), load.getType(), /*isWrite=*/false);
  if (isa<LLVM::LLVMPointerType>(load.getType())) {
    expressions[load.getResult()] = {text};
    return;
  }
  Expression value = {text, Binding::Unary};
  if (isa<IntegerType>(load.getType()) && !StringRef(text).contains("->"))
    value.text = "(" + cType(load.getType()) + ")" + text;
  // What is stored meanwhile must not change it.
  if (load->hasOneUse() && isa<LLVM::ICmpOp, LLVM::ZExtOp, LLVM::XOrOp>(*load->user_begin()))
    expressions[load.getResult()] = value;
  else
    define(load.getResult(), value);
}

void EntryPrinter::printOp(Operation &op) {
  if (auto place = dyn_cast<LLVM::GEPOp>(op))
    return step(place);
  if (auto load = dyn_cast<LLVM::LoadOp>(op))
    return printLoad(load);
  if (auto block = dyn_cast<LLVM::AllocaOp>(op))
    return declareStruct(block);
  if (auto choice = dyn_cast<LLVM::SelectOp>(op); choice && isa<LLVM::LLVMPointerType>(choice.getType()))
    return choosePointer(choice);
  if (auto address = dyn_cast<LLVM::AddressOfOp>(op)) {
    pointers[address.getResult()] = {"&" + address.getGlobalName().str(), ""};
    return;
  }
  if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
    if (isMember(store))
      return;
    const std::string place = access(store.getAddr(), store.getValue().getType(), /*isWrite=*/true);
    std::string value = expression(store.getValue()).text;
    const bool isZero = matchPattern(store.getValue(), m_Zero());
    // Bits of a mean are set to 0.
    if (isZero && (StringRef(place).ends_with(".sum") || StringRef(place).ends_with(".compensation")))
      value = "0.0f";
    else if (isa<IntegerType>(store.getValue().getType()) && !StringRef(place).contains("->"))
      value = "(" + signedType(store.getValue().getType()) + ")" + expression(store.getValue()).in(Binding::Unary);
    return writer.line(place + " = " + value + ";");
  }
  std::optional<Expression> value;
  if (auto call = dyn_cast<LLVM::CallOp>(op)) {
    const std::string text = this->call(call);
    if (call->use_empty())
      return writer.line((call->getNumResults() ? "(void)" : "") + text + ";");
    value = {text};
    // A status, which is signed, is looked at and returned.
    if (call.getResult().getType().isInteger(32) && header.functions.count(call.getCallee()->str()))
      value = {"(uint32_t)" + text, Binding::Unary};
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
  const bool isSimple = isa<LLVM::ZeroOp, LLVM::ConstantOp>(op) || isa<LLVM::LLVMPointerType>(result.getType());
  if (isSimple || (result.hasOneUse() && !isa<LLVM::CallOp>(op)))
    expressions[result] = *value;
  else
    define(result, *value);
}
