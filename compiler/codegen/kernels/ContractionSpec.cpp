//===- ContractionSpec.cpp - which matrix product an op is ----------------===//
//
// Label classification. A contraction is a matrix product when each operand's
// dimensions are two runs, one per class, with every run contiguous in memory
// and in the same label order wherever the class appears.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ContractionSpec.h"

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
  if (accumulate)
    os << "_acc";
  for (auto [letter, matrix] :
       {std::pair('a', &a), std::pair('b', &b), std::pair('c', &c)}) {
    if (matrix->rowStride != matrix->cols)
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

enum class Axis { M, N, K };

/// An operand of the op with the label of each of its dimensions.
struct LabelledOperand {
  Value memref;
  MemRefType type;
  SmallVector<unsigned> labels;
  SmallVector<int64_t> strides;
  int64_t offset = 0;
};

/// A run of dimensions of one operand, all of one axis.
struct Run {
  Axis axis;
  unsigned begin;
  unsigned end;
};

} // namespace

static std::optional<LabelledOperand> labelOperand(Value memref,
                                                   AffineMap map) {
  LabelledOperand operand;
  operand.memref = memref;
  operand.type = dyn_cast<MemRefType>(memref.getType());
  if (!operand.type || !operand.type.getElementType().isF32() ||
      !map.isProjectedPermutation() ||
      failed(operand.type.getStridesAndOffset(operand.strides, operand.offset)))
    return std::nullopt;
  for (AffineExpr result : map.getResults())
    operand.labels.push_back(cast<AffineDimExpr>(result).getPosition());
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

/// The distance between neighbours of the collapsed run; nothing when the run
/// cannot be walked with one static stride.
static std::optional<int64_t> collapsedStride(const LabelledOperand &operand,
                                              const Run &run) {
  ArrayRef<int64_t> shape = operand.type.getShape();
  for (unsigned dim = run.begin; dim + 1 < run.end; ++dim) {
    if (shape[dim] == 1)
      continue;
    // A dynamic stride is known to be the right one only in an identity layout.
    bool isDynamic = ShapedType::isDynamic(shape[dim + 1]) ||
                     ShapedType::isDynamic(operand.strides[dim + 1]);
    bool isContiguous =
        isDynamic
            ? operand.type.getLayout().isIdentity()
            : operand.strides[dim] == operand.strides[dim + 1] * shape[dim + 1];
    if (!isContiguous)
      return std::nullopt;
  }
  int64_t stride = operand.strides[run.end - 1];
  if (ShapedType::isDynamic(stride))
    return std::nullopt;
  return stride;
}

/// The static part of a run's extent; its dynamic dimension, of which there
/// may be one, goes to `dynamic`.
static std::optional<int64_t>
staticExtent(const LabelledOperand &operand, const Run &run,
             std::optional<DimensionSource> &dynamic) {
  int64_t extent = 1;
  for (unsigned dim = run.begin; dim < run.end; ++dim) {
    int64_t size = operand.type.getDimSize(dim);
    if (!ShapedType::isDynamic(size)) {
      extent *= size;
      continue;
    }
    if (dynamic)
      return std::nullopt;
    dynamic = DimensionSource{operand.memref, dim};
  }
  return extent;
}

/// Lays out an operand as a matrix. Only its rows may be dynamic.
static std::optional<MatrixLayout> layOut(const LabelledOperand &operand,
                                          const std::pair<Run, Run> &runs,
                                          int64_t maxBatch) {
  std::optional<int64_t> rowStride = collapsedStride(operand, runs.first);
  if (!rowStride || collapsedStride(operand, runs.second) != 1)
    return std::nullopt;
  std::optional<DimensionSource> dynamicRows, dynamicCols;
  std::optional<int64_t> rows = staticExtent(operand, runs.first, dynamicRows);
  std::optional<int64_t> cols = staticExtent(operand, runs.second, dynamicCols);
  if (!rows || !cols || dynamicCols || (dynamicRows && maxBatch == 0))
    return std::nullopt;
  // Rows of a matrix that overlap are not worth a kernel's thought.
  if (*rowStride < *cols || *rows == 0 || *cols == 0)
    return std::nullopt;
  return MatrixLayout{dynamicRows ? *rows * maxBatch : *rows, *cols, *rowStride,
                      operand.offset != 0};
}

static bool sameLabels(const LabelledOperand &lhs, const Run &lhsRun,
                       const LabelledOperand &rhs, const Run &rhsRun) {
  auto slice = [](const LabelledOperand &operand, const Run &run) {
    return ArrayRef(operand.labels).slice(run.begin, run.end - run.begin);
  };
  return slice(lhs, lhsRun) == slice(rhs, rhsRun);
}

/// The axis of each label; nothing with a label in all operands or in one.
static std::optional<SmallVector<Axis>>
classifyLabels(unsigned count, const LabelledOperand &a,
               const LabelledOperand &b, const LabelledOperand &c) {
  SmallVector<Axis> axes;
  for (unsigned label = 0; label < count; ++label) {
    bool inA = llvm::is_contained(a.labels, label);
    bool inB = llvm::is_contained(b.labels, label);
    bool inC = llvm::is_contained(c.labels, label);
    if (inA + inB + inC != 2)
      return std::nullopt;
    axes.push_back(!inB ? Axis::M : !inA ? Axis::N : Axis::K);
  }
  return axes;
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

std::optional<Contraction> classifyContraction(linalg::LinalgOp op,
                                               int64_t maxBatch) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !op.hasPureBufferSemantics() || !linalg::isaContractionOpInterface(op) ||
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
  auto runsOfC = splitRuns(*c, *axes);
  if (!runsOfC)
    return std::nullopt;
  // C stored [N, M] is the product of the swapped operands stored [M, N].
  if (runsOfC->first.axis == Axis::N) {
    std::swap(a, b);
    for (Axis &axis : *axes)
      axis = axis == Axis::M ? Axis::N : axis == Axis::N ? Axis::M : Axis::K;
  }
  auto runsOfA = splitRuns(*a, *axes), runsOfB = splitRuns(*b, *axes);
  if (!runsOfA || !runsOfB)
    return std::nullopt;

  auto layoutOfA = layOut(*a, *runsOfA, maxBatch);
  auto layoutOfB = layOut(*b, *runsOfB, maxBatch);
  auto layoutOfC = layOut(*c, *runsOfC, maxBatch);
  if (!layoutOfA || !layoutOfB || !layoutOfC)
    return std::nullopt;

  Contraction result;
  ContractionSpec &spec = result.spec;
  spec.accumulate = true;
  spec.transposeA = runsOfA->first.axis == Axis::K;
  spec.transposeB = runsOfB->first.axis == Axis::N;
  const Run &mOfA = spec.transposeA ? runsOfA->second : runsOfA->first;
  const Run &kOfA = spec.transposeA ? runsOfA->first : runsOfA->second;
  const Run &nOfB = spec.transposeB ? runsOfB->first : runsOfB->second;
  const Run &kOfB = spec.transposeB ? runsOfB->second : runsOfB->first;
  if (!sameLabels(*a, mOfA, *c, runsOfC->first) ||
      !sameLabels(*b, nOfB, *c, runsOfC->second) ||
      !sameLabels(*a, kOfA, *b, kOfB))
    return std::nullopt;

  spec.a = *layoutOfA;
  spec.b = *layoutOfB;
  spec.c = *layoutOfC;
  spec.m = extentOf(*c, runsOfC->first, result);
  spec.n = spec.c.cols;
  spec.k = extentOf(*a, kOfA, result);
  // The operands may disagree on what is static; a kernel has one size.
  bool agrees = (spec.transposeA ? spec.a.cols : spec.a.rows) == spec.c.rows &&
                (spec.transposeB ? spec.b.rows : spec.b.cols) == spec.n &&
                (spec.transposeA ? spec.a.rows : spec.a.cols) ==
                    (spec.transposeB ? spec.b.cols : spec.b.rows);
  if (!agrees ||
      (ShapedType::isDynamic(spec.m) && ShapedType::isDynamic(spec.k)))
    return std::nullopt;
  result.a = a->memref;
  result.b = b->memref;
  result.c = c->memref;
  return result;
}

} // namespace ingot::codegen
