//===- ContractionSpec.cpp - which matrix product an op is ----------------===//
//
// Label classification. A contraction is a matrix product when each operand's
// dimensions are two runs, one per class, with every run contiguous in memory
// and in the same label order wherever the class appears. Labels that stand in
// the way go into loops: as few as will do, and those with the fewest calls.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ContractionSpec.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// The spec
//===----------------------------------------------------------------------===//

static MemRefType matrixType(MLIRContext *context, const MatrixLayout &matrix,
                             int64_t offset) {
  Type element = Float32Type::get(context);
  if (offset == 0 && matrix.rowStride == matrix.cols)
    return MemRefType::get({matrix.rows, matrix.cols}, element);
  auto layout = StridedLayoutAttr::get(context, offset, {matrix.rowStride, 1});
  return MemRefType::get({matrix.rows, matrix.cols}, element, layout);
}

MemRefType MatrixLayout::viewType(MLIRContext *context) const {
  return matrixType(context, *this, hasOffset ? ShapedType::kDynamic : 0);
}

MemRefType MatrixLayout::parameterType(MLIRContext *context) const {
  return hasOffset ? MemRefType::get({}, Float32Type::get(context))
                   : matrixType(context, *this, 0);
}

bool ContractionSpec::isDynamic() const {
  return ShapedType::isDynamic(m) || ShapedType::isDynamic(k);
}

ContractionSpec ContractionSpec::turned() const {
  ContractionSpec result = *this;
  result.transposeA = !transposeB;
  result.transposeB = !transposeA;
  std::swap(result.m, result.n);
  std::swap(result.a, result.b);
  std::swap(result.c.rows, result.c.cols);
  return result;
}

std::string ContractionSpec::kernelName() const {
  std::string name;
  llvm::raw_string_ostream os(name);
  auto extent = [&](int64_t size, int64_t bound) {
    if (ShapedType::isDynamic(size))
      os << 'd' << bound;
    else
      os << size;
  };
  os << "ingot_kernel_" << (transposeA ? 't' : 'n') << (transposeB ? 't' : 'n')
     << '_';
  extent(m, c.rows);
  os << 'x' << n << 'x';
  extent(k, a.rows);
  if (packedB)
    os << "_packed";
  if (accumulate)
    os << "_acc";
  for (auto [letter, matrix] :
       {std::pair('a', &a), std::pair('b', &b), std::pair('c', &c)}) {
    if (matrix->hasDynamicStride())
      os << "_ld" << letter << 'd';
    else if (matrix->rowStride != matrix->cols)
      os << "_ld" << letter << matrix->rowStride;
    if (matrix->hasOffset)
      os << "_off" << letter;
  }
  return name;
}

//===----------------------------------------------------------------------===//
// Classification
//===----------------------------------------------------------------------===//

namespace {

/// `Every` is a label of all three operands: only a loop can have it.
enum class Axis { M, N, K, Every };

/// An operand of the op with the label of each of its dimensions, less those that
/// loops around the product take.
struct LabelledOperand {
  Value memref;
  SmallVector<unsigned> labels;
  SmallVector<int64_t> dims, shape, strides;
  /// Whether a dimension is as far apart as the next one is long.
  SmallVector<bool> meetsNext;
  bool hasOffset = false;

  /// Leaves dimension `at` to a loop.
  void drop(unsigned at);
};

/// A run of dimensions of one operand, all of one axis.
struct Run {
  Axis axis;
  unsigned begin;
  unsigned end;
};

} // namespace

/// Whether neighbours of the outer dimension are one inner dimension apart.
static bool areAdjacent(int64_t outerStride, int64_t innerStride, int64_t innerSize) {
  return !ShapedType::isDynamic(outerStride) && !ShapedType::isDynamic(innerStride) &&
         !ShapedType::isDynamic(innerSize) && outerStride == innerStride * innerSize;
}

void LabelledOperand::drop(unsigned at) {
  auto erase = [&](auto &list) { list.erase(list.begin() + at); };
  erase(labels), erase(dims), erase(shape), erase(strides), erase(meetsNext);
  if (at > 0)
    meetsNext[at - 1] = at < strides.size() && areAdjacent(strides[at - 1], strides[at], shape[at]);
  hasOffset = true;
}

/// The sizes of `memref` as the op that made it has them; none if that is not known.
static SmallVector<OpFoldResult> mixedSizes(Value memref) {
  if (auto alloc = memref.getDefiningOp<memref::AllocOp>())
    return getMixedValues(alloc.getType().getShape(), alloc.getDynamicSizes(), memref.getContext());
  if (auto view = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return view.getMixedSizes();
  auto slice = memref.getDefiningOp<memref::SubViewOp>();
  return slice && slice.getDroppedDims().none() ? slice.getMixedSizes() : SmallVector<OpFoldResult>();
}

/// Whether dimension `dim` of `memref` is as far apart as the next one is long. A dynamic stride is known
/// to be the right one in an identity layout, and in slices of it that have all of the next one.
static bool meetsNextDim(Value memref, int64_t dim) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (dim + 1 == type.getRank() || failed(type.getStridesAndOffset(strides, offset)))
    return false;
  if (type.getLayout().isIdentity() || areAdjacent(strides[dim], strides[dim + 1], type.getDimSize(dim + 1)))
    return true;
  auto slice = memref.getDefiningOp<memref::SubViewOp>();
  if (!slice || slice.getDroppedDims().any() || !slice.hasUnitStride())
    return false;
  const SmallVector<OpFoldResult> ofSource = mixedSizes(slice.getSource());
  return !ofSource.empty() && slice.getMixedSizes()[dim + 1] == ofSource[dim + 1] && meetsNextDim(slice.getSource(), dim);
}

static std::optional<LabelledOperand> labelOperand(Value memref,
                                                   AffineMap map) {
  LabelledOperand operand;
  operand.memref = memref;
  auto type = dyn_cast<MemRefType>(memref.getType());
  int64_t offset = 0;
  if (!type || !type.getElementType().isF32() || !map.isProjectedPermutation() ||
      failed(type.getStridesAndOffset(operand.strides, offset)))
    return std::nullopt;
  for (auto [dim, result] : llvm::enumerate(map.getResults())) {
    operand.labels.push_back(cast<AffineDimExpr>(result).getPosition());
    operand.dims.push_back(dim);
    operand.meetsNext.push_back(meetsNextDim(memref, dim));
  }
  operand.shape = llvm::to_vector(type.getShape());
  operand.hasOffset = offset != 0;
  return operand;
}

/// Splits the dimensions of `operand` into its two runs; nothing when the
/// axes interleave or only one is present.
static std::optional<std::pair<Run, Run>>
splitRuns(const LabelledOperand &operand, ArrayRef<Axis> axisOfLabel) {
  SmallVector<Run> runs;
  for (auto [dim, label] : llvm::enumerate(operand.labels)) {
    unsigned position = dim;
    if (runs.empty() || runs.back().axis != axisOfLabel[label])
      runs.push_back({axisOfLabel[label], position, position + 1});
    else
      runs.back().end = position + 1;
  }
  if (runs.size() != 2 || runs[0].axis == runs[1].axis)
    return std::nullopt;
  return std::pair(runs[0], runs[1]);
}

/// The last dimension of the run that has more than one element, if any.
static unsigned innermost(const LabelledOperand &operand, const Run &run) {
  for (unsigned dim = run.end; dim-- > run.begin;)
    if (operand.shape[dim] != 1)
      return dim;
  return run.end - 1;
}

/// The distance between neighbours of the collapsed run, which may be dynamic; nothing
/// when the run cannot be walked with one stride. Where a dimension of one element
/// stands does not matter.
static std::optional<int64_t> collapsedStride(const LabelledOperand &operand,
                                              const Run &run) {
  std::optional<unsigned> inner;
  for (unsigned dim = run.end; dim-- > run.begin;) {
    if (operand.shape[dim] == 1)
      continue;
    if (inner && !areAdjacent(operand.strides[dim], operand.strides[*inner], operand.shape[*inner]) &&
        !llvm::all_of(ArrayRef(operand.meetsNext).slice(dim, *inner - dim), [](bool meets) { return meets; }))
      return std::nullopt;
    inner = dim;
  }
  return operand.strides[innermost(operand, run)];
}

/// The static part of a run's extent; its dynamic dimension, of which there
/// may be one, goes to `dynamic`.
static std::optional<int64_t>
staticExtent(const LabelledOperand &operand, const Run &run,
             std::optional<DimensionSource> &dynamic) {
  int64_t extent = 1;
  for (unsigned dim = run.begin; dim < run.end; ++dim) {
    int64_t size = operand.shape[dim];
    if (!ShapedType::isDynamic(size)) {
      extent *= size;
      continue;
    }
    if (dynamic)
      return std::nullopt;
    dynamic = DimensionSource{operand.memref, operand.dims[dim]};
  }
  return extent;
}

/// The most that a dimension of `memref` can be: the batch, or what a slice is of.
static int64_t boundOf(Value memref, int64_t dim, int64_t maxBatch) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(dim))
    return type.getDimSize(dim);
  if (auto slice = memref.getDefiningOp<memref::SubViewOp>()) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    int64_t ofSource = 0;
    for (int64_t kept = -1; ofSource < slice.getSourceType().getRank(); ++ofSource)
      if (!dropped.test(ofSource) && ++kept == dim)
        break;
    return boundOf(slice.getSource(), ofSource, maxBatch);
  }
  if (auto collapse = memref.getDefiningOp<memref::CollapseShapeOp>()) {
    const SmallVector<ReassociationIndices> groups = collapse.getReassociationIndices();
    int64_t bound = 1;
    for (int64_t ofSource : groups[dim])
      bound *= boundOf(collapse.getSrc(), ofSource, maxBatch);
    return bound;
  }
  return maxBatch;
}

/// Lays out an operand as a matrix. Only its rows may be dynamic, and the distance of
/// these only if a step of the sum reads no more than one of them.
static std::optional<MatrixLayout> layOut(const LabelledOperand &operand,
                                          const std::pair<Run, Run> &runs,
                                          int64_t maxBatch, bool oneRowAStep = false) {
  std::optional<int64_t> rowStride = collapsedStride(operand, runs.first);
  if (!rowStride || collapsedStride(operand, runs.second) != 1)
    return std::nullopt;
  const bool isDynamic = ShapedType::isDynamic(*rowStride);
  if (isDynamic && !oneRowAStep)
    return std::nullopt;
  std::optional<DimensionSource> dynamicRows, dynamicCols;
  std::optional<int64_t> rows = staticExtent(operand, runs.first, dynamicRows);
  std::optional<int64_t> cols = staticExtent(operand, runs.second, dynamicCols);
  if (!rows || !cols || dynamicCols || (dynamicRows && maxBatch == 0))
    return std::nullopt;
  // Rows of a matrix that overlap are not worth a kernel's thought.
  if ((!isDynamic && *rowStride < *cols) || *rows == 0 || *cols == 0)
    return std::nullopt;
  int64_t bound = dynamicRows ? boundOf(dynamicRows->memref, dynamicRows->dim, maxBatch) : 1;
  return MatrixLayout{*rows * bound, *cols, *rowStride, operand.hasOffset || isDynamic};
}

static std::optional<LabelledOperand> labelByDimension(Value memref) {
  auto rank = static_cast<unsigned>(cast<MemRefType>(memref.getType()).getRank());
  return labelOperand(memref, AffineMap::getMultiDimIdentityMap(rank, memref.getContext()));
}

std::optional<MatrixLayout> layOutMatrix(Value memref, unsigned columns, int64_t maxBatch) {
  auto operand = labelByDimension(memref);
  if (!operand || columns == 0 || columns > operand->labels.size())
    return std::nullopt;
  const unsigned rank = operand->labels.size();
  Run ofRows = {Axis::M, 0, rank - columns}, ofColumns = {Axis::N, rank - columns, rank};
  if (columns < rank)
    return layOut(*operand, {ofRows, ofColumns}, maxBatch);
  std::optional<DimensionSource> dynamic;
  std::optional<int64_t> size = staticExtent(*operand, ofColumns, dynamic);
  if (!size || dynamic || collapsedStride(*operand, ofColumns) != 1)
    return std::nullopt;
  return MatrixLayout{1, *size, *size, operand->hasOffset};
}

std::optional<MatrixLayout> layOutAsOutput(Value memref, const Contraction &contraction, int64_t maxBatch) {
  auto operand = labelByDimension(memref);
  if (!operand)
    return std::nullopt;
  for (const OuterLabel &label : contraction.outer)
    operand->drop(llvm::find(operand->dims, *label.dimOfC) - operand->dims.begin());
  const unsigned rank = operand->labels.size(), columns = contraction.columnsOfC;
  return layOut(*operand, {{Axis::M, 0, rank - columns}, {Axis::N, rank - columns, rank}}, maxBatch, /*oneRowAStep=*/true);
}

static bool sameLabels(const LabelledOperand &lhs, const Run &lhsRun,
                       const LabelledOperand &rhs, const Run &rhsRun) {
  auto slice = [](const LabelledOperand &operand, const Run &run) {
    return ArrayRef(operand.labels).slice(run.begin, run.end - run.begin);
  };
  return slice(lhs, lhsRun) == slice(rhs, rhsRun);
}

/// Fills in the extent of `run` and, when dynamic, where to read it.
static int64_t extentOf(const LabelledOperand &operand, const Run &run,
                        Contraction &result) {
  std::optional<DimensionSource> dynamic;
  int64_t extent = *staticExtent(operand, run, dynamic);
  if (!dynamic)
    return extent;
  result.size = dynamic;
  result.sizeFactor = extent;
  return ShapedType::kDynamic;
}

/// The axis of each label; nothing with a label in one operand alone.
static std::optional<SmallVector<Axis>>
classifyLabels(unsigned count, const LabelledOperand &a,
               const LabelledOperand &b, const LabelledOperand &c) {
  SmallVector<Axis> axes;
  for (unsigned label = 0; label < count; ++label) {
    bool inA = llvm::is_contained(a.labels, label);
    bool inB = llvm::is_contained(b.labels, label);
    bool inC = llvm::is_contained(c.labels, label);
    if (inA + inB + inC < 2)
      return std::nullopt;
    axes.push_back(inA && inB && inC ? Axis::Every : !inB ? Axis::M : !inA ? Axis::N : Axis::K);
  }
  return axes;
}

namespace {
struct Operands {
  LabelledOperand a, b, c;
};
} // namespace

/// The operands as one matrix product, without loops around it.
static std::optional<Contraction> classifyProduct(Operands operands, SmallVector<Axis> axes, int64_t maxBatch) {
  auto &[a, b, c] = operands;
  if (llvm::any_of(c.labels, [&](unsigned label) { return axes[label] == Axis::Every; }))
    return std::nullopt;
  auto runsOfC = splitRuns(c, axes);
  if (!runsOfC)
    return std::nullopt;
  Contraction result;
  // C stored [N, M] is the product of the swapped operands stored [M, N].
  if (runsOfC->first.axis == Axis::N) {
    std::swap(a, b);
    for (Axis &axis : axes)
      axis = axis == Axis::M ? Axis::N : axis == Axis::N ? Axis::M : axis;
    result.isSwapped = true;
  }
  auto runsOfA = splitRuns(a, axes), runsOfB = splitRuns(b, axes);
  if (!runsOfA || !runsOfB)
    return std::nullopt;

  auto layoutOfA = layOut(a, *runsOfA, maxBatch, /*oneRowAStep=*/runsOfA->first.axis == Axis::K);
  auto layoutOfB = layOut(b, *runsOfB, maxBatch, /*oneRowAStep=*/runsOfB->first.axis == Axis::K);
  auto layoutOfC = layOut(c, *runsOfC, maxBatch, /*oneRowAStep=*/true);
  if (!layoutOfA || !layoutOfB || !layoutOfC)
    return std::nullopt;

  ContractionSpec &spec = result.spec;
  spec.accumulate = true;
  spec.transposeA = runsOfA->first.axis == Axis::K;
  spec.transposeB = runsOfB->first.axis == Axis::N;
  const Run &mOfA = spec.transposeA ? runsOfA->second : runsOfA->first;
  const Run &kOfA = spec.transposeA ? runsOfA->first : runsOfA->second;
  const Run &nOfB = spec.transposeB ? runsOfB->first : runsOfB->second;
  const Run &kOfB = spec.transposeB ? runsOfB->second : runsOfB->first;
  if (!sameLabels(a, mOfA, c, runsOfC->first) ||
      !sameLabels(b, nOfB, c, runsOfC->second) ||
      !sameLabels(a, kOfA, b, kOfB))
    return std::nullopt;

  spec.a = *layoutOfA;
  spec.b = *layoutOfB;
  spec.c = *layoutOfC;
  spec.m = extentOf(c, runsOfC->first, result);
  spec.n = spec.c.cols;
  spec.k = extentOf(a, kOfA, result);
  // Slices know better than the batch how long they can be.
  if (ShapedType::isDynamic(spec.m)) {
    int64_t &rowsOfA = spec.transposeA ? spec.a.cols : spec.a.rows;
    rowsOfA = spec.c.rows = std::min(rowsOfA, spec.c.rows);
  }
  if (ShapedType::isDynamic(spec.k)) {
    int64_t &ofA = spec.transposeA ? spec.a.rows : spec.a.cols, &ofB = spec.transposeB ? spec.b.cols : spec.b.rows;
    ofA = ofB = std::min(ofA, ofB);
  }
  // The operands may disagree on what is static; a kernel has one size.
  bool agrees = (spec.transposeA ? spec.a.cols : spec.a.rows) == spec.c.rows &&
                (spec.transposeB ? spec.b.rows : spec.b.cols) == spec.n &&
                (spec.transposeA ? spec.a.rows : spec.a.cols) ==
                    (spec.transposeB ? spec.b.cols : spec.b.rows);
  if (!agrees ||
      (ShapedType::isDynamic(spec.m) && ShapedType::isDynamic(spec.k)))
    return std::nullopt;
  result.a = a.memref;
  result.b = b.memref;
  result.c = c.memref;
  result.columnsOfC = runsOfC->second.end - runsOfC->second.begin;
  result.rowDimOfA = a.dims[innermost(a, runsOfA->first)];
  result.rowDimOfB = b.dims[innermost(b, runsOfB->first)];
  result.rowDimOfC = c.dims[innermost(c, runsOfC->first)];
  return result;
}

/// Takes `label` out of the operands; nothing is left for a loop to know but in
/// which dimensions it was.
static OuterLabel takeOut(unsigned label, Operands &operands) {
  OuterLabel outer;
  for (auto [operand, dim] : {std::pair(&operands.a, &outer.dimOfA), std::pair(&operands.b, &outer.dimOfB),
                              std::pair(&operands.c, &outer.dimOfC)})
    if (auto *found = llvm::find(operand->labels, label); found != operand->labels.end()) {
      unsigned at = found - operand->labels.begin();
      *dim = operand->dims[at];
      operand->drop(at);
    }
  return outer;
}

/// How often a loop over `label` is expected to run: calls have fewer samples than the
/// largest batch, and products in a loop over anything else are the smaller for it.
static int64_t tripCount(unsigned label, const Operands &operands, int64_t maxBatch) {
  for (const LabelledOperand *operand : {&operands.a, &operands.b, &operands.c})
    if (const auto *found = llvm::find(operand->labels, label); found != operand->labels.end()) {
      int64_t size = operand->shape[found - operand->labels.begin()];
      return ShapedType::isDynamic(size) ? std::max<int64_t>(1, maxBatch / 4) : size;
    }
  return 1;
}

/// Whether a loop over `label` changes the order of the sum: the op goes through what it sums
/// label by label, and an outer one that stays in the product would come first.
static bool reordersSum(unsigned label, const Operands &operands, ArrayRef<Axis> axes) {
  return axes[label] == Axis::K && llvm::any_of(operands.a.labels, [&](unsigned other) {
           return axes[other] == Axis::K && other < label;
         });
}

/// The product with the fewest calls, `more` of the labels from `first` on being
/// in loops beside those of `outer`.
static void searchLoops(const Operands &operands, ArrayRef<Axis> axes, int64_t maxBatch, unsigned first,
                        unsigned more, int64_t calls, SmallVector<OuterLabel> outer,
                        std::optional<Contraction> &best, int64_t &fewest) {
  if (more == 0) {
    if (best && calls >= fewest)
      return;
    auto found = classifyProduct(operands, SmallVector<Axis>(axes), maxBatch);
    if (!found)
      return;
    if (found->isSwapped)
      for (OuterLabel &label : outer)
        std::swap(label.dimOfA, label.dimOfB);
    found->outer = outer;
    best = std::move(found);
    fewest = calls;
    return;
  }
  for (unsigned label = first; label < axes.size(); ++label) {
    if (reordersSum(label, operands, axes))
      continue;
    int64_t trips = tripCount(label, operands, maxBatch);
    Operands rest = operands;
    SmallVector<OuterLabel> withLabel = outer;
    withLabel.push_back(takeOut(label, rest));
    searchLoops(rest, axes, maxBatch, label + 1, more - 1, calls * trips, withLabel, best, fewest);
  }
}

/// Multiply, add, yield. MLIR's own check looks through unary ops on the operands.
static bool isPlainProduct(linalg::LinalgOp op) {
  return linalg::isaContractionOpInterface(op) && op.getBlock()->getOperations().size() == 3;
}

std::optional<Contraction> classifyContraction(linalg::LinalgOp op,
                                               int64_t maxBatch) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !op.hasPureBufferSemantics() || !isPlainProduct(op) ||
      op->getOperand(0) == op->getOperand(2) ||
      op->getOperand(1) == op->getOperand(2))
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto a = labelOperand(op->getOperand(0), maps[0]);
  auto b = labelOperand(op->getOperand(1), maps[1]);
  auto c = labelOperand(op->getOperand(2), maps[2]);
  if (!a || !b || !c)
    return std::nullopt;
  auto axes = classifyLabels(maps[0].getNumDims(), *a, *b, *c);
  if (!axes)
    return std::nullopt;

  constexpr unsigned mostLoops = 3;
  std::optional<Contraction> best;
  int64_t fewest = 0;
  for (unsigned loops = 0; loops <= mostLoops && !best; ++loops)
    searchLoops({*a, *b, *c}, *axes, maxBatch, 0, loops, 1, {}, best, fewest);
  return best;
}

} // namespace ingot::codegen
