//===- EntryBlocks.cpp - branches of entry points as statements -----------===//

#include "codegen/emitc/EntryPrinter.h"

#include <ingot/abi.h>

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

//===----------------------------------------------------------------------===//
// Statuses
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

std::string EntryPrinter::returned(LLVM::ReturnOp end) {
  if (end.getNumOperands() == 0)
    return "";
  auto constant = end.getArg().getDefiningOp<LLVM::ConstantOp>();
  auto number = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
  if (number && number.getType().isInteger(32))
    return "return " + statusName(number.getInt()) + ";";
  // The status of another entry point.
  const bool isStatus = function.getLinkage() == LLVM::Linkage::External && end.getArg().getType().isInteger(32);
  return std::string("return ") + (isStatus ? "(int32_t)" : "") + expression(end.getArg()).text + ";";
}

/// Does the block return and no more?
static LLVM::ReturnOp refusalIn(Block *block) {
  auto end = dyn_cast<LLVM::ReturnOp>(block->getTerminator());
  if (!end || !block->hasOneUse())
    return {};
  return llvm::all_of(block->without_terminator(), [](Operation &op) { return isa<LLVM::ConstantOp>(op); }) ? end : LLVM::ReturnOp();
}

//===----------------------------------------------------------------------===//
// Values that blocks hand over
//===----------------------------------------------------------------------===//

void EntryPrinter::declareArguments(Block *block) {
  for (Value argument : block->getArguments())
    if (!expressions.count(argument)) {
      expressions[argument] = {fresh("v")};
      writer.line(cType(argument.getType()) + " " + expressions[argument].text + ";");
    }
}

void EntryPrinter::assign(Block *block, ValueRange values) {
  for (auto [argument, value] : llvm::zip(block->getArguments(), values))
    if (argument != value)
      writer.line(expression(argument).text + " = " + expression(value).text + ";");
}

/// What nobody has declared begins with the value.
void EntryPrinter::jumpTo(Block *block, ValueRange values) {
  for (auto [argument, value] : llvm::zip(block->getArguments(), values)) {
    const std::string text = expression(value).text;
    if (!expressions.count(argument)) {
      expressions[argument] = {fresh("v")};
      writer.line(cType(argument.getType()) + " " + expressions[argument].text + " = " + text + ";");
    } else {
      writer.line(expressions[argument].text + " = " + text + ";");
    }
  }
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

/// The block that closes a loop which begins with `header`: on the way there are only
/// refusals. Null if there is no such loop.
static Block *latchOf(Block *header) {
  llvm::SmallPtrSet<Block *, 8> seen;
  for (Block *block = header; seen.insert(block).second;) {
    if (llvm::is_contained(block->getSuccessors(), header))
      return block;
    auto branch = dyn_cast<LLVM::CondBrOp>(block->getTerminator());
    if (!branch || !refusalIn(branch.getTrueDest()))
      return nullptr;
    block = branch.getFalseDest();
  }
  return nullptr;
}

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

/// The condition's opposite.
std::string EntryPrinter::unless(Value condition) {
  StringRef text = expression(condition).text;
  auto compare = condition.getDefiningOp<LLVM::ICmpOp>();
  if (compare && compare.getPredicate() == LLVM::ICmpPredicate::ult) {
    auto [left, right] = text.split(" < ");
    return (left + " >= " + right).str();
  }
  if (text.consume_back(" == NULL"))
    return (text + " != NULL").str();
  return "!" + expression(condition).in(Binding::Unary);
}

/// A loop whose test is at its end. Returns what follows.
Block *EntryPrinter::printLoop(Block *header, Block *latch) {
  llvm::SmallSetVector<Block *, 8> inside;
  for (Block *block = header; block != latch; block = block->getSuccessor(1)) {
    inside.insert(block);
    inside.insert(refusalIn(block->getSuccessor(0))->getBlock());
  }
  inside.insert(latch);
  for (Block *block : inside)
    for (Operation &op : block->without_terminator())
      for (Value result : op.getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside.contains(user->getBlock()); })) {
          expressions[result] = {fresh("v")};
          writer.line(cType(result.getType()) + " " + expressions[result].text + ";");
        }
  writer.open("for (;;) {");
  for (Block *block = header;; block = block->getSuccessor(1)) {
    for (Operation &op : block->without_terminator())
      printOp(op);
    auto branch = cast<LLVM::CondBrOp>(block->getTerminator());
    if (block != latch) {
      writer.when(expression(branch.getCondition()).text, returned(refusalIn(branch.getTrueDest())));
      continue;
    }
    const bool goesOnIfTrue = branch.getTrueDest() == header;
    writer.when(goesOnIfTrue ? unless(branch.getCondition()) : expression(branch.getCondition()).text, "break;");
    assign(header, goesOnIfTrue ? branch.getTrueDestOperands() : branch.getFalseDestOperands());
    writer.close();
    return goesOnIfTrue ? branch.getFalseDest() : branch.getTrueDest();
  }
}

void EntryPrinter::printBranch(LLVM::CondBrOp branch, Block *merge) {
  Block *yes = branch.getTrueDest(), *no = branch.getFalseDest();
  declareArguments(merge);
  if (yes == merge) {
    assign(merge, branch.getTrueDestOperands());
    writer.open("if (" + unless(branch.getCondition()) + ") {");
    printBlocks(no, merge);
    return writer.close();
  }
  writer.open("if (" + expression(branch.getCondition()).text + ") {");
  printBlocks(yes, merge);
  if (no != merge) {
    writer.reopen("} else {");
    printBlocks(no, merge);
  }
  writer.close();
}

void EntryPrinter::printBlocks(Block *block, Block *stop) {
  while (block != stop && !failed) {
    if (Block *latch = latchOf(block)) {
      block = printLoop(block, latch);
      continue;
    }
    for (Operation &op : block->without_terminator())
      printOp(op);
    Operation *end = block->getTerminator();
    if (auto back = dyn_cast<LLVM::ReturnOp>(end)) {
      if (std::string text = returned(back); !text.empty())
        writer.line(text);
      return;
    }
    if (auto jump = dyn_cast<LLVM::BrOp>(end)) {
      jumpTo(jump.getDest(), jump.getDestOperands());
      block = jump.getDest();
      continue;
    }
    auto branch = cast<LLVM::CondBrOp>(end);
    if (LLVM::ReturnOp refusal = refusalIn(branch.getTrueDest())) {
      writer.when(expression(branch.getCondition()).text, returned(refusal));
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
