//===- MemoryPrinter.cpp - memrefs as pointers ----------------------------===//

#include "codegen/emitc/BodyPrinter.h"

#include "codegen/EmitHeader.h"
#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Locations.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

//===----------------------------------------------------------------------===//
// Who uses memory
//===----------------------------------------------------------------------===//

static bool isViewOf(Operation *op, Value memory) {
  return isa<memref::ViewOp, memref::ReinterpretCastOp, memref::CastOp, memref::ExtractStridedMetadataOp>(op) &&
         op->getOperand(0) == memory;
}

static func::FuncOp calleeOf(func::CallOp call) {
  return call->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(call.getCallee());
}

/// Whether `test` is true of a load or store of the memory.
static bool anyAccess(Value memory, function_ref<bool(Operation *)> test) {
  return llvm::any_of(memory.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto call = dyn_cast<func::CallOp>(user))
      return anyAccess(calleeOf(call).getArgument(use.getOperandNumber()), test);
    if (isViewOf(user, memory))
      return anyAccess(user->getResult(0), test);
    return isa<memref::LoadOp, memref::StoreOp>(user) && test(user);
  });
}

bool ingot::codegen::isWritten(Value memory) {
  return anyAccess(memory, [](Operation *op) { return isa<memref::StoreOp>(op); });
}

/// What a view is a view of, but for views of other places.
static Value rootOf(Value memory) {
  for (Operation *op = memory.getDefiningOp();
       op && isa<memref::ReinterpretCastOp, memref::CastOp, memref::ExtractStridedMetadataOp>(op); op = memory.getDefiningOp())
    memory = op->getOperand(0);
  return memory;
}

bool ingot::codegen::isPassedOnce(BlockArgument argument) {
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto uses = SymbolTable::getSymbolUses(function, function->getParentOp());
  return !uses || llvm::all_of(*uses, [&](SymbolTable::SymbolUse use) {
    auto call = dyn_cast<func::CallOp>(use.getUser());
    return !call || llvm::count_if(call.getOperands(), [&](Value operand) {
                      return rootOf(operand) == rootOf(call.getOperand(argument.getArgNumber()));
                    }) == 1;
  });
}

/// A pointer is needed where it is passed on, too.
bool ingot::codegen::isAccessed(Value memory) {
  return llvm::any_of(memory.getUsers(), [&](Operation *user) {
    return isa<memref::LoadOp, memref::StoreOp, func::CallOp>(user) ||
           (isViewOf(user, memory) && isAccessed(user->getResult(0)));
  });
}

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

static std::optional<int64_t> numberIn(const Expression &expression) {
  int64_t number;
  return llvm::to_integer(expression.text, number, 10) ? std::optional(number) : std::nullopt;
}

static Expression numeral(int64_t number) {
  return {std::to_string(number), number < 0 ? Binding::Unary : Binding::Primary};
}

Expression ingot::codegen::sum(const Expression &a, const Expression &b) {
  std::optional<int64_t> x = numberIn(a), y = numberIn(b);
  if (x && y)
    return numeral(*x + *y);
  if (x == 0)
    return b;
  if (y == 0)
    return a;
  return {a.in(Binding::Sum) + " + " + b.in(Binding::Product), Binding::Sum};
}

Expression ingot::codegen::product(const Expression &a, const Expression &b) {
  std::optional<int64_t> x = numberIn(a), y = numberIn(b);
  if (x && y)
    return numeral(*x * *y);
  if (x == 0 || y == 1)
    return a;
  if (y == 0 || x == 1)
    return b;
  return {a.in(Binding::Product) + " * " + b.in(Binding::Unary), Binding::Product};
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Distances in memory without gaps.
static SmallVector<Expression> rowMajor(ArrayRef<Expression> sizes) {
  SmallVector<Expression> strides(sizes.size());
  Expression behind = {"1"};
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = behind;
    behind = product(sizes[i], behind);
  }
  return strides;
}

Expression BodyPrinter::folded(OpFoldResult value) {
  if (auto attribute = dyn_cast<Attribute>(value))
    return numeral(cast<IntegerAttr>(attribute).getInt());
  return atom(cast<Value>(value));
}

void BodyPrinter::defineArgument(Value argument, const std::string &name) {
  auto type = dyn_cast<MemRefType>(argument.getType());
  if (!type) {
    expressions[argument] = {name};
    return;
  }
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  (void)type.getStridesAndOffset(strides, offset);
  memories[argument] = {name, numeral(offset), llvm::map_to_vector(type.getShape(), numeral),
                        llvm::map_to_vector(strides, numeral)};
}

/// What the layout says is there; else the layer that uses it.
std::string BodyPrinter::viewName(Operation &op) {
  auto view = cast<memref::ViewOp>(op);
  APInt offset;
  if (auto argument = dyn_cast<BlockArgument>(view.getSource()); argument && matchPattern(view.getByteShift(), m_ConstantInt(&offset))) {
    auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    auto role = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), names::role);
    auto known = blocks.find({role ? role.str() : "", offset.getZExtValue()});
    if (known != blocks.end())
      return known->second;
  }
  StringRef layer = nameOf(view.getLoc());
  layer = layer.substr(layer.rfind('/') + 1);
  constexpr size_t longest = 32;
  return layer.empty() ? "buffer" : cIdentifier(layer.take_front(longest)) + "_buffer";
}

void BodyPrinter::defineView(Operation &op) {
  auto view = cast<memref::ViewOp>(op);
  auto type = view.getType();
  Memory memory{"", {"0"}, {}, {}};
  auto dynamic = view.getSizes().begin();
  for (int64_t size : type.getShape())
    memory.sizes.push_back(ShapedType::isDynamic(size) ? expression(*dynamic++) : numeral(size));
  memory.strides = rowMajor(memory.sizes);
  if (isAccessed(view.getResult())) {
    const std::string pointer =
        (isWritten(view.getResult()) ? "" : "const ") + memoryType(type.getElementType()) + " *";
    const Memory source = memories[view.getSource()];
    Expression place = sum({source.pointer}, sum(source.offset, expression(view.getByteShift())));
    memory.pointer = names.add(viewName(op));
    writer.line(pointer + "const " + memory.pointer + " = (" + pointer + ")" + place.in(Binding::Unary) + ";");
  }
  memories[view.getResult()] = std::move(memory);
}

/// What a function has for itself is an array.
void BodyPrinter::defineLocal(Operation &op) {
  const MemRefType type = cast<memref::AllocaOp>(op).getType();
  Memory memory{names.add("local"), {"0"}, llvm::map_to_vector(type.getShape(), numeral), {}};
  memory.strides = rowMajor(memory.sizes);
  writer.line(memoryType(type.getElementType()) + " " + memory.pointer + "[" + std::to_string(type.getNumElements()) + "];");
  memories[op.getResult(0)] = std::move(memory);
}

bool BodyPrinter::defineMemory(Operation &op) {
  if (auto view = dyn_cast<memref::ViewOp>(op)) {
    defineView(op);
  } else if (auto local = dyn_cast<memref::AllocaOp>(op); local && local.getType().hasStaticShape()) {
    defineLocal(op);
  } else if (auto view = dyn_cast<memref::CastOp>(op); view && isa<MemRefType>(view.getType())) {
    Memory memory = memories[view.getSource()];
    memories[view.getResult()] = std::move(memory);
  } else if (auto view = dyn_cast<memref::ReinterpretCastOp>(op)) {
    Memory memory{memories[view.getSource()].pointer, folded(view.getConstifiedMixedOffset()), {}, {}};
    for (OpFoldResult size : view.getConstifiedMixedSizes())
      memory.sizes.push_back(isa<Attribute>(size) ? folded(size) : expression(cast<Value>(size)));
    for (OpFoldResult stride : view.getConstifiedMixedStrides())
      memory.strides.push_back(folded(stride));
    memories[view.getResult()] = std::move(memory);
  } else if (auto parts = dyn_cast<memref::ExtractStridedMetadataOp>(op)) {
    const Memory memory = memories[parts.getSource()];
    memories[parts.getBaseBuffer()] = {memory.pointer, {"0"}, {}, {}};
    expressions[parts.getOffset()] = memory.offset;
    for (auto [value, size] : llvm::zip(parts.getSizes(), memory.sizes))
      expressions[value] = size;
    for (auto [value, stride] : llvm::zip(parts.getStrides(), memory.strides))
      expressions[value] = stride;
  } else if (auto dim = dyn_cast<memref::DimOp>(op); dim && dim.getConstantIndex()) {
    const Expression size = memories[dim.getSource()].sizes[*dim.getConstantIndex()];
    expressions[dim.getResult()] = size;
  } else {
    return false;
  }
  return true;
}

std::string BodyPrinter::access(Value value, ValueRange indices) {
  const Memory &memory = memories[value];
  Expression place = memory.offset;
  for (auto [index, stride] : llvm::zip(indices, memory.strides))
    place = sum(place, product(expression(index), stride));
  return memory.pointer + "[" + place.text + "]";
}

//===----------------------------------------------------------------------===//
// Signs
//===----------------------------------------------------------------------===//

static bool isNonNegativeArgument(BlockArgument argument) {
  if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()))
    return argument == loop.getInductionVar() && isNonNegative(loop.getLowerBound());
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!function)
    return false;
  auto role = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), names::role);
  if (role)
    return role == "batch" || role == "sample_weight_stride";
  // One that every caller knows.
  auto uses = SymbolTable::getSymbolUses(function, function->getParentOp());
  return uses && llvm::all_of(*uses, [&](SymbolTable::SymbolUse use) {
    auto call = dyn_cast<func::CallOp>(use.getUser());
    return call && isNonNegative(call.getOperand(argument.getArgNumber()));
  });
}

bool ingot::codegen::isNonNegative(Value index) {
  APInt number;
  if (matchPattern(index, m_ConstantInt(&number)))
    return number.isNonNegative();
  if (auto argument = dyn_cast<BlockArgument>(index))
    return isNonNegativeArgument(argument);
  Operation *op = index.getDefiningOp();
  if (isa<memref::DimOp, memref::ExtractStridedMetadataOp, arith::IndexCastUIOp>(op))
    return true;
  // Sizes and places in memory do not overflow.
  if (isa<arith::AddIOp, arith::MulIOp, arith::DivUIOp, arith::RemUIOp, arith::MinUIOp, arith::MaxUIOp, arith::DivSIOp,
          arith::FloorDivSIOp, arith::RemSIOp, arith::MinSIOp>(op))
    return llvm::all_of(op->getOperands(), isNonNegative);
  if (auto difference = dyn_cast<arith::SubIOp>(op))
    return bitEnumContainsAll(difference.getOverflowFlags(), arith::IntegerOverflowFlags::nuw) &&
           llvm::all_of(op->getOperands(), isNonNegative);
  if (auto choice = dyn_cast<arith::SelectOp>(op))
    return isNonNegative(choice.getTrueValue()) && isNonNegative(choice.getFalseValue());
  return false;
}
