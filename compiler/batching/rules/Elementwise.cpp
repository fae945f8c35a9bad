//===- Elementwise.cpp - batching of elementwise ops ---------------------===//

#include "batching/Rules.h"

using namespace mlir;
using namespace ingot;

void ingot::attachElementwiseBatching(MLIRContext &context) {
  attachRebuild<NegOp, ExpOp, LogOp, SqrtOp, TanhOp, SigmoidOp, SoftplusOp, ReluOp, AbsOp, SignOp, ErfOp>(context);
  attachRebuild<AddOp, SubOp, MulOp, DivOp, MaxOp, MinOp>(context);
  attachRebuild<MaskPosOp, CompareOp, SelectOp, DivSizeOp, MulSizeOp>(context);
}
