//===- Epilogue.cpp - what follows a matrix product -----------------------===//
//
// Only arithmetic is taken along. An exponential would keep the tile's registers
// waiting, and has a loop of its own at no loss.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/Aliasing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace ingot::codegen {

linalg::FillOp findZeroFill(Operation *op, Value output) {
  for (Operation *before = op->getPrevNode(); before; before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getDpsInitOperand(0)->get() == output)
      return matchPattern(fill.getDpsInputOperand(0)->get(), m_PosZeroFloat()) ? fill : nullptr;
    if (mayTouch(before, output))
      return nullptr;
  }
  return nullptr;
}

void eraseUnused(Value buffer) {
  Operation *op = buffer.getDefiningOp();
  if (!op || !op->use_empty() || !isa<memref::AllocOp, memref::ExpandShapeOp>(op))
    return;
  Value source = isa<memref::ExpandShapeOp>(op) ? op->getOperand(0) : Value();
  op->erase();
  if (source)
    eraseUnused(source);
}

static bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

/// Arithmetic on floats, element by element, with constants from outside at most.
static bool hasVectorForm(linalg::GenericOp op) {
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (isa<arith::ConstantOp>(inner))
      continue;
    auto isFloatOrFlag = [](Type type) { return type.isF32() || type.isInteger(1); };
    auto isKnown = [&](Value value) { return value.getParentRegion() == &op.getRegion() || isConstant(value); };
    if (!isa<arith::ArithDialect>(inner.getDialect()) || !inner.hasTrait<OpTrait::Elementwise>() ||
        !llvm::all_of(inner.getResultTypes(), isFloatOrFlag) ||
        !llvm::all_of(inner.getOperandTypes(), isFloatOrFlag) || !llvm::all_of(inner.getOperands(), isKnown))
      return false;
  }
  return true;
}

namespace {
/// The elementwise op behind a product that reads it.
struct Reader {
  linalg::GenericOp op;
  /// Something in between writes what the product reads, say the update of the
  /// weight: the product cannot go to its reader, which has to come.
  bool mustComeUp = false;
};
} // namespace

/// Nothing between `op` and its reader touches what the product writes.
static Reader findReader(linalg::LinalgOp op, const Contraction &contraction) {
  Reader reader;
  for (Operation *next = op->getNextNode(); next; next = next->getNextNode()) {
    auto generic = dyn_cast<linalg::GenericOp>(next);
    if (generic && llvm::is_contained(generic.getDpsInputs(), contraction.c)) {
      reader.op = generic;
      return reader;
    }
    if (mayTouch(next, contraction.c))
      return reader;
    reader.mustComeUp |= mayWrite(next, contraction.a) || mayWrite(next, contraction.b);
  }
  return reader;
}

/// Adds to `moves` what `moving` needs right behind `op`: allocations and views from
/// in between, and last itself. False if it needs more.
static bool collectMoves(Operation *moving, Operation *op, SmallVectorImpl<Operation *> &moves) {
  SetVector<Value> needed(moving->operand_begin(), moving->operand_end());
  getUsedValuesDefinedAbove(moving->getRegions(), needed);
  for (Value value : needed) {
    Operation *definition = value.getDefiningOp();
    if (!definition || definition->getBlock() != op->getBlock() || definition->isBeforeInBlock(op) ||
        llvm::is_contained(moves, definition))
      continue;
    if ((!isa<memref::AllocOp>(definition) && !isMemoryEffectFree(definition)) || !collectMoves(definition, op, moves))
      return false;
  }
  moves.push_back(moving);
  return true;
}

/// Moves `reader` right behind `op`, if it does the same there.
static bool comeUp(linalg::GenericOp reader, Operation *op) {
  SmallVector<Operation *> moves;
  if (reader->getBlock() != op->getBlock() || !collectMoves(reader, op, moves))
    return false;
  for (Operation *between = op->getNextNode(); between != reader; between = between->getNextNode()) {
    if (llvm::is_contained(moves, between))
      continue;
    auto writes = [&](Value value) { return mayWrite(between, value); };
    if (mayTouch(between, reader.getDpsInits().front()) || llvm::any_of(reader.getDpsInputs(), writes))
      return false;
  }
  for (Operation *move : llvm::reverse(moves))
    move->moveAfter(op);
  return true;
}

/// Nobody but the three ops that are known sees what `memref` holds.
static bool isSeenOnlyBy(Value memref, ArrayRef<Operation *> known) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  if (!memref.getDefiningOp<memref::AllocOp>())
    return false;
  SmallVector<Value> open = {memref};
  while (!open.empty())
    for (Operation *user : open.pop_back_val().getUsers())
      if (isa<ViewLikeOpInterface>(user))
        llvm::append_range(open, user->getResults());
      else if (!llvm::is_contained(known, user) && !isa<memref::DimOp>(user))
        return false;
  return true;
}

std::optional<Epilogue> findEpilogue(linalg::LinalgOp op, linalg::FillOp fill, const Contraction &contraction,
                                     int64_t maxBatch, StringRef &whyNot) {
  auto refuse = [&](StringRef reason) {
    whyNot = reason;
    return std::nullopt;
  };
  auto [reader, mustComeUp] = findReader(op, contraction);
  if (!reader)
    return std::nullopt;
  if (!contraction.writesOnce())
    return refuse("the product is one of several that are added up");
  if (ShapedType::isDynamic(contraction.spec.k))
    return refuse("the product sums over the batch, block by block");
  if (reader.getNumDpsInits() != 1 || reader.getNumParallelLoops() != reader.getNumLoops() ||
      !reader.hasPureBufferSemantics())
    return refuse("what follows is not one result, element by element");
  if (!hasVectorForm(reader))
    return refuse("what follows is more than arithmetic, and would keep the tile's registers waiting");
  OpOperand &init = *reader.getDpsInitOperand(0);
  if (!reader.getMatchingIndexingMap(&init).isIdentity() || reader.payloadUsesValueFromOperand(&init))
    return refuse("what follows writes in another order than the product");

  Epilogue result;
  result.op = reader;
  result.output = init.get();
  unsigned columns = contraction.columnsOfC, rank = reader.getNumLoops();
  auto matrix = layOutAsOutput(result.output, contraction, maxBatch);
  auto isElsewhere = [&](Value input) { return !mayOverlap(result.output, input); };
  if (!matrix || !isElsewhere(contraction.a) || !isElsewhere(contraction.b))
    return refuse("what follows writes where the product still reads");
  result.matrix = *matrix;
  if (result.output != contraction.c &&
      (!isElsewhere(contraction.c) || !isSeenOnlyBy(contraction.c, {op, fill, reader})))
    return refuse("the product is needed elsewhere, too");

  for (OpOperand *input : reader.getDpsInputOperands()) {
    AffineMap map = reader.getMatchingIndexingMap(input);
    if (input->get() == contraction.c) {
      if (!map.isIdentity())
        return refuse("what follows reads the product in another order");
      result.products.push_back(input->getOperandNumber());
      continue;
    }
    auto type = dyn_cast<MemRefType>(input->get().getType());
    if (!type || !type.getElementType().isF32() || !isElsewhere(input->get()))
      return refuse("what follows reads more than floats, or what it writes");
    EpilogueInput found{input->getOperandNumber(), input->get(), {}, !map.isIdentity()};
    if (found.isRow && map != AffineMap::getMinorIdentityMap(rank, columns, op.getContext()))
      return refuse("what follows reads something in another order than the product");
    if (!found.isRow && !contraction.outer.empty())
      return refuse("the product is one of several in loops, and what follows reads a part of a matrix with each");
    auto layout = layOutMatrix(found.memref, columns, maxBatch);
    if (!layout || layout->cols != contraction.spec.n)
      return refuse("what follows reads something that is no matrix of the product's columns");
    found.matrix = *layout;
    result.inputs.push_back(found);
  }
  if (mustComeUp && !comeUp(reader, op))
    return refuse("what the product reads is written before what follows, which needs what is not there sooner");
  return result;
}

std::string Epilogue::key() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const EpilogueInput &input : inputs)
    os << input.number << (input.isRow ? " row " : " matrix ") << input.matrix.rowStride
       << (input.matrix.hasOffset ? "+; " : "; ");
  llvm::DenseMap<Value, unsigned> numbers;
  auto number = [&](Value value) { numbers.try_emplace(value, numbers.size()); };
  llvm::for_each(body().getArguments(), number);
  for (Operation &inner : body()) {
    os << inner.getName() << inner.getAttrDictionary();
    for (Value operand : inner.getOperands())
      if (Attribute constant; matchPattern(operand, m_Constant(&constant)))
        os << ' ' << constant;
      else
        os << ' ' << numbers.lookup(operand);
    llvm::for_each(inner.getResults(), number);
    os << "; ";
  }
  return text;
}

Value Epilogue::emit(KernelEmitter &emit, Value product, ValueRange vectors, int64_t width) const {
  OpBuilder &builder = emit.builder;
  auto vectorOf = [&](Type type) { return VectorType::get({width}, type); };
  IRMapping map;
  for (auto [input, vector] : llvm::zip_equal(inputs, vectors))
    map.map(body().getArgument(input.number), vector);
  for (unsigned number : products)
    map.map(body().getArgument(number), product);
  auto bind = [&](Value operand) {
    Attribute constant;
    if (!map.contains(operand) && matchPattern(operand, m_Constant(&constant)))
      map.map(operand, arith::ConstantOp::create(builder, emit.loc, DenseElementsAttr::get(vectorOf(operand.getType()), constant)));
  };
  for (Operation &inner : body().without_terminator()) {
    if (isa<arith::ConstantOp>(inner))
      continue;
    llvm::for_each(inner.getOperands(), bind);
    Operation *onVectors = builder.clone(inner, map);
    for (Value result : onVectors->getResults())
      result.setType(vectorOf(result.getType()));
  }
  Value yielded = body().getTerminator()->getOperand(0);
  bind(yielded);
  return map.lookup(yielded);
}

} // namespace ingot::codegen
