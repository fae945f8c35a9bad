// RUN: ingot-opt %s --ingot-verify-inplace -split-input-file -verify-diagnostics

// The silent miscompile: bufferization would take this and read the new value.
func.func @read_after_write(%memory: memref<4xf32>) -> tensor<4xf32> {
  %w = bufferization.to_tensor %memory restrict writable : memref<4xf32> to tensor<4xf32>
  %0 = arith.addf %w, %w : tensor<4xf32>
  // expected-note @below {{written here}}
  bufferization.materialize_in_destination %0 in writable %memory : (tensor<4xf32>, memref<4xf32>) -> ()
  // expected-error @below {{reads a variable after it was written}}
  %1 = arith.mulf %w, %w : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Another tensor on the same memory is the same variable, also inside a region.
func.func @other_tensor(%memory: memref<4xf32>, %condition: i1) {
  %w = bufferization.to_tensor %memory restrict writable : memref<4xf32> to tensor<4xf32>
  %again = bufferization.to_tensor %memory restrict : memref<4xf32> to tensor<4xf32>
  %0 = arith.addf %w, %w : tensor<4xf32>
  // expected-note @below {{written here}}
  bufferization.materialize_in_destination %0 in writable %memory : (tensor<4xf32>, memref<4xf32>) -> ()
  scf.if %condition {
    // expected-error @below {{reads a variable after it was written}}
    %1 = arith.mulf %again, %again : tensor<4xf32>
  }
  return
}

// -----

// Reads before the write are what an update in place is.
func.func @update(%memory: memref<4xf32>) -> tensor<4xf32> {
  %w = bufferization.to_tensor %memory restrict writable : memref<4xf32> to tensor<4xf32>
  %0 = arith.mulf %w, %w : tensor<4xf32>
  %1 = arith.addf %w, %w : tensor<4xf32>
  bufferization.materialize_in_destination %1 in writable %memory : (tensor<4xf32>, memref<4xf32>) -> ()
  return %0 : tensor<4xf32>
}

// -----

// On memrefs: what a bad schedule turns into. Counters do not matter.
func.func @copies(%params: memref<64xi8> {ingot.role = "params"}, %state: memref<64xi8> {ingot.role = "state"},
                  %output: memref<4xf32> {ingot.role = "output"}) {
  %c0 = arith.constant 0 : index
  %w = memref.view %params[%c0][] : memref<64xi8> to memref<4xf32>
  %steps = memref.view %state[%c0][] : memref<64xi8> to memref<i32>
  %scratch = memref.alloc() : memref<4xf32>
  %number = memref.alloc() : memref<i32>
  memref.copy %steps, %number : memref<i32> to memref<i32>
  memref.copy %scratch, %output : memref<4xf32> to memref<4xf32>
  // expected-error @below {{copies a whole variable; it should be updated in place}}
  memref.copy %w, %scratch : memref<4xf32> to memref<4xf32>
  return
}
