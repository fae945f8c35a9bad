//===- Register.cpp - every batching rule --------------------------------===//

#include "batching/Rules.h"

using namespace mlir;
using namespace ingot;

void ingot::registerBatchingRules(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, IngotDialect *) {
    attachElementwiseBatching(*context);
    attachShapeBatching(*context);
    attachContractBatching(*context);
    attachLastAxisBatching(*context);
    attachRowBatching(*context);
    attachWindowBatching(*context);
    attachScanBatching(*context);
    attachRandomBatching(*context);
  });
}
