//===- CostModel.h - what a tile costs --------------------------*- C++ -*-===//
//
// Cycles of the register tiles of a matrix product on a core like those of the last
// ten years: an estimate that orders tiles, not a clock.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_COSTMODEL_H
#define INGOT_CODEGEN_KERNELS_COSTMODEL_H

#include "codegen/kernels/TargetInfo.h"

namespace ingot::codegen {

/// `rows` rows of C by `vectors` vectors, all sums in registers.
struct TileShape {
  int64_t rows = 1;
  int64_t vectors = 1;
};

/// Whether the sums of a tile, a row of B and an element of A are in registers.
bool fitsRegisters(TileShape tile, const TargetInfo &target);

/// Cycles that a tile takes for one k.
double cyclesPerStep(TileShape tile, const TargetInfo &target);

/// The least that any tile would take for the work of this one.
double idealCyclesPerStep(TileShape tile, const TargetInfo &target);

/// The vectors across a tile, and a panel, of a B with `n` columns. The same for all
/// products of such a B, so that they share its panels.
int64_t choosePanelVectors(int64_t n, const TargetInfo &target);

/// The rows of tiles of `vectors` vectors for a C of at most `m` rows, `n` columns.
int64_t chooseTileRows(int64_t m, int64_t n, int64_t vectors, const TargetInfo &target);

/// Products of so many rows, and of each fewer, go through all tiles of their kernel.
int64_t rowsForAllTiles(bool forSize);

/// The vectors of a tile of few rows, where `vectors` is a panel: as many panels as
/// keep the arithmetic busy.
int64_t widenTile(TileShape tile, int64_t n, const TargetInfo &target);

/// Cycles that tiles of a shape take for (m x k) by (k x n).
double estimateCycles(TileShape tile, int64_t m, int64_t n, int64_t k,
                      const TargetInfo &target);

/// Cycles to transpose m x n sums in registers, on a machine that has vectors.
double cyclesToTranspose(int64_t m, int64_t n, const TargetInfo &target);

/// The share of the arithmetic's peak at which tiles of a shape do (m x k) by (k x n).
double estimateEfficiency(TileShape tile, int64_t m, int64_t n, int64_t k, const TargetInfo &target);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_COSTMODEL_H
