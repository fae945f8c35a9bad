//===- Recurrence.cpp - the steps of an LSTM by hand ----------------------===//
//
// A step is one product with weights that are packed once, and one loop over the
// units for gates and state. Units are a multiple of eight.
//
//===----------------------------------------------------------------------===//
#include "Layers.h"
#include "Vector.h"

using namespace by_hand;

/// One sample of one step: gates from what is added up for them, cell and state.
static inline void activateCell(float *gates, float *cell, float *state, int units) {
  for (int j = 0; j < units; j += 8) {
    const __m256 i = sigmoid(load(gates + j)), f = sigmoid(load(gates + units + j)),
                 z = tanh(load(gates + 2 * units + j)), o = sigmoid(load(gates + 3 * units + j));
    const __m256 next = _mm256_fmadd_ps(f, load(cell + j), i * z);
    store(cell + j, next);
    store(state + j, o * tanh(next));
  }
}

/// The same, which also keeps what the backward pass reads.
static inline void activateCellAndKeep(float *gates, float *cell, float *state, float *keptCell, float *keptTanh,
                                       int units) {
  for (int j = 0; j < units; j += 8) {
    const __m256 i = sigmoid(load(gates + j)), f = sigmoid(load(gates + units + j)),
                 z = tanh(load(gates + 2 * units + j)), o = sigmoid(load(gates + 3 * units + j));
    const __m256 next = _mm256_fmadd_ps(f, load(cell + j), i * z), t = tanh(next);
    store(cell + j, next);
    store(state + j, o * t);
    store(gates + j, i);
    store(gates + units + j, f);
    store(gates + 2 * units + j, z);
    store(gates + 3 * units + j, o);
    store(keptCell + j, next);
    store(keptTanh + j, t);
  }
}

void Lstm::recur(int batch, int steps, bool forTraining) {
  const long width = units, rowsOfStates = long(steps + 1) * width, rowsOfGates = long(steps) * 4 * width;
  Floats cell(size_t(batch) * size_t(units), 0.0f);
  for (int t = 0; t < steps; ++t) {
    multiply(batch, &states[size_t(t * width)], rowsOfStates, packed, &gates[size_t(t * 4 * width)], rowsOfGates,
             {.accumulates = true});
    for (long row = 0; row < batch; ++row) {
      float *ofGates = &gates[size_t(row * rowsOfGates + t * 4 * width)], *ofCell = &cell[size_t(row * width)],
            *ofState = &states[size_t(row * rowsOfStates + (t + 1) * width)];
      const size_t kept = size_t((row * steps + t) * width);
      if (forTraining)
        activateCellAndKeep(ofGates, ofCell, ofState, &cells[kept], &tanhOfCells[kept], units);
      else
        activateCell(ofGates, ofCell, ofState, units);
    }
  }
}

/// One sample of one step: gates become their gradients. `before` is the cell of the step
/// before, NULL in the first.
static inline void differentiateCell(float *gates, float *dCell, const float *tanhOfCell, const float *before,
                                     const float *dState, int units) {
  const __m256 one = splat(1.0f);
  for (int j = 0; j < units; j += 8) {
    const __m256 i = load(gates + j), f = load(gates + units + j), z = load(gates + 2 * units + j),
                 o = load(gates + 3 * units + j);
    const __m256 t = load(tanhOfCell + j), dh = load(dState + j);
    const __m256 dc = _mm256_fmadd_ps(dh * o, _mm256_fnmadd_ps(t, t, one), load(dCell + j));
    const __m256 c = before ? load(before + j) : _mm256_setzero_ps();
    store(gates + j, dc * z * (i * (one - i)));
    store(gates + units + j, dc * c * (f * (one - f)));
    store(gates + 2 * units + j, dc * i * _mm256_fnmadd_ps(z, z, one));
    store(gates + 3 * units + j, dh * t * (o * (one - o)));
    store(dCell + j, dc * f);
  }
}

void Lstm::recurBackward(int batch, int steps, float *dLast) {
  const long width = units, rowsOfGates = long(steps) * 4 * width;
  Floats dCell(size_t(batch) * size_t(units), 0.0f);
  for (int t = steps - 1; t >= 0; --t) {
    for (long row = 0; row < batch; ++row) {
      const size_t kept = size_t((row * steps + t) * width);
      differentiateCell(&gates[size_t(row * rowsOfGates + t * 4 * width)], &dCell[size_t(row * width)],
                        &tanhOfCells[kept], t ? &cells[kept - size_t(width)] : nullptr, dLast + row * width, units);
    }
    if (t)
      multiply(batch, &gates[size_t(t * 4 * width)], rowsOfGates, packedTransposed, dLast, width);
  }
}
