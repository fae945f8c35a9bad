//===- IngotOps.td - all ops of the dialect --------------------*- tablegen -*-===//
#ifndef INGOT_OPS_TD
#define INGOT_OPS_TD

include "ingot/Dialect/IngotConvOps.td"
include "ingot/Dialect/IngotModuleOps.td"
include "ingot/Dialect/IngotLayerOps.td"
include "ingot/Dialect/IngotPrimitiveOps.td"
include "ingot/Dialect/IngotRecurrentOps.td"
include "ingot/Dialect/IngotRowOps.td"
include "ingot/Dialect/IngotScanOps.td"
include "ingot/Dialect/IngotTrainOps.td"
include "ingot/Dialect/IngotWrapperOps.td"

#endif // INGOT_OPS_TD
