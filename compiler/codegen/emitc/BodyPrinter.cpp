//===- BodyPrinter.cpp - statements and control flow ----------------------===//

#include "codegen/emitc/BodyPrinter.h"

#include "codegen/EmitHeader.h"
#include "ingot/Dialect/Locations.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

std::string CFunction::signature() const {
  std::string text = "static INGOT_CODE " + result + " " + name + "(";
  for (size_t i = 0; i < types.size(); ++i)
    text += (i ? ", " : "") + types[i] + (StringRef(types[i]).ends_with("*") ? "" : " ") + names[i];
  return text + (types.empty() ? "void)" : ")");
}

/// Names that locals must not take.
static void reserve(UniqueNames &names, Operation *inside) {
  for (const char *word : {"i", "j", "k", "l", "m"})
    names.add(word);
  for (auto function : inside->getParentOfType<ModuleOp>().getOps<func::FuncOp>())
    names.add(cIdentifier(function.getSymName()));
}

static std::string argumentName(func::FuncOp function, unsigned index) {
  auto text = [&](StringRef attribute) {
    auto value = function.getArgAttrOfType<StringAttr>(index, attribute);
    return value ? value.str() : std::string();
  };
  const std::string role = text(names::role), name = text(names::name);
  if (!name.empty())
    return cIdentifier(role == "sample_weight_stride" ? name + "_stride"
                       : role == "target"             ? name + "_target"
                       : role == "output"             ? name + "_out"
                                                      : name);
  if (!role.empty())
    return cIdentifier(role);
  Value argument = function.getArgument(index);
  if (!isa<MemRefType>(argument.getType()))
    return argument.getType().isIndex() ? "n" : "x";
  return isWritten(argument) ? "out" : "in";
}

CFunction BodyPrinter::describe(func::FuncOp function) {
  CFunction result{cIdentifier(function.getSymName()), "void", {}, {}};
  if (function.getNumResults() == 1)
    result.result = cType(function.getResultTypes().front());
  UniqueNames unique;
  reserve(unique, function);
  for (Value argument : function.getArguments()) {
    const unsigned index = cast<BlockArgument>(argument).getArgNumber();
    std::string type = cType(argument.getType());
    if (auto memory = dyn_cast<MemRefType>(argument.getType()))
      type = (isWritten(argument) ? "" : "const ") + memoryType(memory.getElementType()) +
             (function.getArgAttr(index, "llvm.noalias") && isPassedOnce(cast<BlockArgument>(argument)) ? " *restrict" : " *");
    result.types.push_back(type);
    result.names.push_back(unique.add(argumentName(function, index)));
  }
  return result;
}

/// "dense, mnist.model.cpp:11"
static std::string sourceOf(Location loc) {
  std::string text = nameOf(loc).str();
  if (std::optional<FileLineColLoc> place = placeOf(loc))
    text += (text.empty() ? "" : ", ") + place->getFilename().str() + ":" + std::to_string(place->getLine());
  return text;
}

/// Of a function that several layers may share: who they are, or some of them.
static std::string callersOf(func::FuncOp function) {
  constexpr size_t most = 3;
  std::vector<std::string> callers;
  function->getParentOp()->walk([&](func::CallOp call) {
    if (call.getCallee() == function.getSymName())
      if (std::string source = sourceOf(call.getLoc()); !source.empty() && !llvm::is_contained(callers, source))
        callers.push_back(source);
  });
  std::string text = "for " + llvm::join(ArrayRef(callers).take_front(most), "; ");
  if (callers.size() > most)
    text += "; and " + std::to_string(callers.size() - most) + " more";
  return callers.empty() ? "" : text;
}

LogicalResult BodyPrinter::print(func::FuncOp function) {
  CFunction c = describe(function);
  reserve(names, function);
  for (auto [argument, name] : llvm::zip(function.getArguments(), c.names)) {
    names.add(name);
    defineArgument(argument, name);
  }
  const std::string about = function->hasAttr(names::kind) ? sourceOf(function.getLoc()) : callersOf(function);
  if (!about.empty())
    writer.comment(about);
  writer.open(c.signature() + " {");
  // What C would warn of.
  for (auto [argument, name] : llvm::zip(function.getArguments(), c.names))
    if (isa<MemRefType>(argument.getType()) ? !isAccessed(argument) : argument.use_empty())
      writer.line("(void)" + name + ";");
  // What layers share is said above.
  lastComment = function->hasAttr(names::kind) ? "" : sourceOf(function.getLoc());
  printBlock(function.front());
  writer.close();
  return failure(failed);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

std::string BodyPrinter::helper(const std::string &name) {
  helpers.insert(name);
  return name;
}

std::string BodyPrinter::fresh(Type type) {
  const char *prefix = type.isIndex()        ? "n"
                       : isa<FloatType>(type) ? "x"
                       : type.isInteger(1)    ? "is"
                       : type.isInteger(64)   ? "w"
                                              : "u";
  return names.add(prefix + std::to_string(counts[prefix]++));
}

const Expression &BodyPrinter::expression(Value value) {
  // Without one, its op had no form, which has been said.
  return lookUp(expressions, value, failed);
}

void BodyPrinter::define(Value value, const Expression &expression) {
  std::string name = fresh(value.getType());
  writer.line("const " + cType(value.getType()) + " " + name + " = " + expression.text + ";");
  expressions[value] = {name};
}

const Expression &BodyPrinter::atom(Value value) {
  const Expression &known = expression(value);
  Attribute constant;
  if (!known.isName() && !matchPattern(value, m_Constant(&constant)))
    define(value, Expression(known));
  return expression(value);
}

/// The statement of which `op` may become a part.
static Operation *statementOf(Operation *op) {
  while (isPure(op) || isa<memref::LoadOp>(op)) {
    if (op->getNumResults() != 1 || !op->getResult(0).hasOneUse())
      return op;
    Operation *user = *op->getResult(0).user_begin();
    if (user->getBlock() != op->getBlock())
      return op;
    op = user;
  }
  return op;
}

/// Does any op between write memory?
static bool isWrittenBetween(Operation *from, Operation *to) {
  for (Operation *op = from->getNextNode(); op && op != to; op = op->getNextNode())
    if (!isMemoryEffectFree(op) && !isa<memref::LoadOp, memref::PrefetchOp>(op))
      return true;
  return false;
}

static bool canInline(Value value, const Expression &expression) {
  constexpr size_t longest = 64;
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse() || expression.text.size() > longest)
    return false;
  Operation *user = *value.user_begin();
  // Bounds of a loop are read in each of its rounds.
  if (user->getBlock() != op->getBlock() || isa<scf::ForOp, scf::WhileOp>(user))
    return false;
  // With its statement, a load may only go where memory is the same.
  return !isa<memref::LoadOp>(op) || !isWrittenBetween(op, statementOf(op));
}

static bool isSizeOnly(Value value) {
  return llvm::all_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto view = dyn_cast<memref::ViewOp>(user))
      return llvm::is_contained(view.getSizes(), use.get()) && use.get() != view.getByteShift();
    auto view = dyn_cast<memref::ReinterpretCastOp>(user);
    return view && llvm::is_contained(view.getSizes(), use.get()) && !llvm::is_contained(view.getStrides(), use.get()) &&
           !llvm::is_contained(view.getOffsets(), use.get());
  });
}

void BodyPrinter::bind(Value value, Expression expression) {
  if (value.use_empty())
    return;
  // Sizes of views are not written where nobody asks.
  if (canInline(value, expression) || isSizeOnly(value))
    expressions[value] = std::move(expression);
  else
    define(value, expression);
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void BodyPrinter::fail(Operation &op) {
  if (!failed)
    op.emitError("`") << op.getName() << "` has no form in C";
  failed = true;
}

void BodyPrinter::printComment(Location loc) {
  std::string text = sourceOf(loc);
  if (text.empty() || text == lastComment)
    return;
  writer.comment(text);
  lastComment = text;
}

void BodyPrinter::printBlock(Block &block) {
  for (Operation &op : block) {
    if (failed)
      return;
    printOp(op);
  }
}

void BodyPrinter::printOp(Operation &op) {
  if (isa<scf::YieldOp, scf::ConditionOp, memref::PrefetchOp>(op))
    return;
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    expressions[constant.getResult()] = cConstant(constant.getValue());
    if (StringRef(expressions[constant.getResult()].text).starts_with("ingot_float_of"))
      helper("ingot_float_of");
    return;
  }
  if (defineMemory(op))
    return;
  if (isa<scf::ForOp, scf::WhileOp, func::CallOp, memref::StoreOp>(op) && depth == 0)
    printComment(op.getLoc());
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    std::string text = access(load.getMemRef(), load.getIndices());
    Type type = load.getType();
    if (type.isInteger(1))
      return bind(load.getResult(), {text + " != 0", Binding::Equality});
    if (isa<IntegerType>(type))
      return bind(load.getResult(), {"(" + cType(type) + ")" + text, Binding::Unary});
    return bind(load.getResult(), {text});
  }
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    Type type = store.getValueToStore().getType();
    const Expression &value = expression(store.getValueToStore());
    const bool isSigned = isa<IntegerType>(type) && !type.isInteger(1);
    std::string text = isSigned ? "(" + memoryType(type) + ")" + value.in(Binding::Unary) : value.text;
    // What comes from memory has the type already.
    StringRef source = value.text;
    if (store.getValueToStore().getDefiningOp<memref::LoadOp>() && source.consume_front("(" + cType(type) + ")"))
      text = source.str();
    return writer.line(access(store.getMemRef(), store.getIndices()) + " = " + text + ";");
  }
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return print(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return print(branch);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return print(loop);
  if (auto choice = dyn_cast<scf::IndexSwitchOp>(op))
    return print(choice);
  if (auto call = dyn_cast<func::CallOp>(op))
    return print(call);
  if (auto end = dyn_cast<func::ReturnOp>(op))
    return print(end);
  std::optional<Expression> value = op.getNumResults() == 1 ? scalar(op) : std::nullopt;
  if (!value)
    return fail(op);
  bind(op.getResult(0), std::move(*value));
}

void BodyPrinter::assign(ArrayRef<std::string> variables, ValueRange values) {
  std::vector<std::string> texts;
  for (Value value : values)
    texts.push_back(expression(value).text);
  // What reads a variable that is set before it is read first.
  for (size_t i = 0; i < variables.size(); ++i)
    for (size_t j = i + 1; j < variables.size(); ++j)
      if (texts[i] != variables[i] && mentions(texts[j], variables[i]) && texts[j] != variables[j]) {
        define(values[j], Expression(expression(values[j])));
        texts[j] = expression(values[j]).text;
      }
  for (size_t i = 0; i < variables.size(); ++i) {
    const Expression &value = expression(values[i]);
    if (value.left == variables[i] && value.text == texts[i])
      writer.line(variables[i] + " += " + value.right + ";");
    else if (texts[i] != variables[i])
      writer.line(variables[i] + " = " + texts[i] + ";");
  }
}

void BodyPrinter::print(scf::ForOp loop) {
  std::vector<std::string> variables;
  const std::string upper = atom(loop.getUpperBound()).text, step = atom(loop.getStep()).text;
  for (auto [argument, init, result] : llvm::zip(loop.getRegionIterArgs(), loop.getInitArgs(), loop.getResults())) {
    variables.push_back(fresh(argument.getType()));
    writer.line(cType(argument.getType()) + " " + variables.back() + " = " + expression(init).text + ";");
    expressions[argument] = {variables.back()};
    expressions[result] = {variables.back()};
  }
  constexpr StringLiteral letters = "ijklm";
  const std::string counter =
      depth < letters.size() ? letters.substr(depth, 1).str() : names.add("i" + std::to_string(depth));
  expressions[loop.getInductionVar()] = {counter};
  writer.open("for (" + cType(loop.getInductionVar().getType()) + " " + counter + " = " + expression(loop.getLowerBound()).text +
              "; " + counter + " < " + upper + "; " + (step == "1" ? "++" + counter : counter + " += " + step) + ") {");
  ++depth;
  printBlock(*loop.getBody());
  assign(variables, loop.getYieldedValues());
  --depth;
  writer.close();
}

std::vector<std::string> BodyPrinter::declareResults(Operation *op) {
  std::vector<std::string> variables;
  for (Value result : op->getResults()) {
    variables.push_back(fresh(result.getType()));
    writer.line(cType(result.getType()) + " " + variables.back() + ";");
    expressions[result] = {variables.back()};
  }
  return variables;
}

void BodyPrinter::print(scf::IfOp branch) {
  const std::string condition = expression(branch.getCondition()).text;
  const std::vector<std::string> variables = declareResults(branch);
  writer.open("if (" + condition + ") {");
  printBlock(*branch.thenBlock());
  assign(variables, branch.thenYield().getOperands());
  if (branch.elseBlock()) {
    writer.reopen("} else {");
    printBlock(*branch.elseBlock());
    assign(variables, branch.elseYield().getOperands());
  }
  writer.close();
}

void BodyPrinter::print(scf::WhileOp loop) {
  std::vector<std::string> carried;
  for (auto [argument, init] : llvm::zip(loop.getBeforeArguments(), loop.getInits())) {
    carried.push_back(fresh(argument.getType()));
    writer.line(cType(argument.getType()) + " " + carried.back() + " = " + expression(init).text + ";");
    expressions[argument] = {carried.back()};
  }
  const std::vector<std::string> variables = declareResults(loop);
  writer.open("for (;;) {");
  ++depth;
  printBlock(*loop.getBeforeBody());
  scf::ConditionOp condition = loop.getConditionOp();
  const Expression &goOn = expression(condition.getCondition());
  std::string stop = "!" + goOn.in(Binding::Unary);
  assign(variables, condition.getArgs());
  writer.when(stop, "break;");
  for (auto [argument, name] : llvm::zip(loop.getAfterArguments(), variables))
    expressions[argument] = {name};
  printBlock(*loop.getAfterBody());
  assign(carried, loop.getYieldOp().getOperands());
  --depth;
  writer.close();
}

void BodyPrinter::print(scf::IndexSwitchOp choice) {
  const std::string on = expression(choice.getArg()).text;
  const std::vector<std::string> variables = declareResults(choice);
  writer.open("switch (" + on + ") {");
  auto region = [&](const std::string &label, Block &block) {
    writer.open(label + " {");
    printBlock(block);
    assign(variables, block.getTerminator()->getOperands());
    writer.line("break;");
    writer.close();
  };
  for (auto [i, number] : llvm::enumerate(choice.getCases()))
    region("case " + std::to_string(number) + ":", choice.getCaseBlock(i));
  region("default:", choice.getDefaultBlock());
  writer.close();
}

void BodyPrinter::print(func::CallOp call) {
  Expression text = this->call(cIdentifier(call.getCallee()), call.getOperands());
  if (call.getNumResults() == 0)
    writer.line(text.text + ";");
  else if (call.getNumResults() == 1)
    define(call.getResult(0), text);
  else
    fail(*call);
}

void BodyPrinter::print(func::ReturnOp end) {
  if (end.getNumOperands() == 1)
    writer.line("return " + expression(end.getOperand(0)).text + ";");
}
