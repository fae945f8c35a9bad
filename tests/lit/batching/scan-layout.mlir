// RUN: ingot-opt %s -ingot-scan-layout | FileCheck %s

// The product reads the sequence as it lies, whichever side that is on.
// CHECK-LABEL: ingot.entry @reads
// CHECK-SAME: (%[[X:.*]]: tensor<?x20x4xf32>, %[[W:.*]]: tensor<4x8xf32>)
ingot.entry @reads(%x: tensor<?x20x4xf32>, %w: tensor<4x8xf32>) -> (tensor<20x?x8xf32>, tensor<20x?x8xf32>)
    attributes {kind = "predict"} {
  // CHECK-NOT: ingot.transpose
  // CHECK: ingot.contract "bti,io->tbo" %[[X]], %[[W]] : tensor<?x20x4xf32>, tensor<4x8xf32> -> tensor<20x?x8xf32>
  // CHECK: ingot.contract "io,bti->tbo" %[[W]], %[[X]]
  %a = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %z = ingot.contract "tbi,io->tbo" %a, %w : tensor<20x?x4xf32>, tensor<4x8xf32> -> tensor<20x?x8xf32>
  %b = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %y = ingot.contract "io,tbi->tbo" %w, %b : tensor<4x8xf32>, tensor<20x?x4xf32> -> tensor<20x?x8xf32>
  ingot.return %z, %y : tensor<20x?x8xf32>, tensor<20x?x8xf32>
}

// Somebody else wants it exchanged; another order; rows that do not stay rows.
// CHECK-LABEL: ingot.entry @stays
ingot.entry @stays(%x: tensor<?x20x4xf32>, %w: tensor<4x8xf32>)
    -> (tensor<20x?x8xf32>, tensor<20x?x4xf32>, tensor<4x?x8xf32>, tensor<?x20x8xf32>) attributes {kind = "predict"} {
  // CHECK-COUNT-3: ingot.transpose
  // CHECK: ingot.return
  %a = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %z = ingot.contract "tbi,io->tbo" %a, %w : tensor<20x?x4xf32>, tensor<4x8xf32> -> tensor<20x?x8xf32>
  %v = ingot.fill 0.0 : f32 : tensor<20x8xf32>
  %b = ingot.transpose %x perm [2, 0, 1] : tensor<?x20x4xf32> -> tensor<4x?x20xf32>
  %y = ingot.contract "ibt,to->ibo" %b, %v : tensor<4x?x20xf32>, tensor<20x8xf32> -> tensor<4x?x8xf32>
  %c = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %u = ingot.contract "tbi,io->bto" %c, %w : tensor<20x?x4xf32>, tensor<4x8xf32> -> tensor<?x20x8xf32>
  ingot.return %z, %a, %y, %u : tensor<20x?x8xf32>, tensor<20x?x4xf32>, tensor<4x?x8xf32>, tensor<?x20x8xf32>
}

// The gradient of the product's weight adds up sample by sample, which the left term says; so
// does one whose gradient is on the other side.
// CHECK-LABEL: ingot.entry @gradient
// CHECK-SAME: (%[[X:[a-z0-9_]+]]: tensor<?x20x4xf32>, %[[W:[a-z0-9_]+]]: tensor<4x8xf32>, %[[DZ:[a-z0-9_]+]]: tensor<20x?x8xf32>)
ingot.entry @gradient(%x: tensor<?x20x4xf32>, %w: tensor<4x8xf32>, %dz: tensor<20x?x8xf32>)
    -> (tensor<20x?x8xf32>, tensor<4x8xf32>, tensor<8x4xf32>) attributes {kind = "train_step"} {
  // CHECK-NOT: ingot.transpose
  // CHECK: ingot.contract "bti,io->tbo" %[[X]], %[[W]]
  // CHECK: ingot.contract "bti,tbo->io" %[[X]], %[[DZ]] : tensor<?x20x4xf32>, tensor<20x?x8xf32> -> tensor<4x8xf32>
  // CHECK: ingot.contract "bti,tbo->oi" %[[X]], %[[DZ]]
  %a = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %z = ingot.contract "tbi,io->tbo" %a, %w : tensor<20x?x4xf32>, tensor<4x8xf32> -> tensor<20x?x8xf32>
  %dw = ingot.contract "tbi,tbo->io" %a, %dz : tensor<20x?x4xf32>, tensor<20x?x8xf32> -> tensor<4x8xf32>
  %dv = ingot.contract "tbo,tbi->oi" %dz, %a : tensor<20x?x8xf32>, tensor<20x?x4xf32> -> tensor<8x4xf32>
  ingot.return %z, %dw, %dv : tensor<20x?x8xf32>, tensor<4x8xf32>, tensor<8x4xf32>
}

// Too few steps for so wide a result; a sequence that is computed, in whatever order is wanted.
// CHECK-LABEL: ingot.entry @copies
ingot.entry @copies(%x: tensor<?x20x4xf32>, %dz: tensor<20x?x81xf32>, %dy: tensor<20x?x8xf32>) -> (tensor<4x81xf32>, tensor<4x8xf32>)
    attributes {kind = "train_step"} {
  // CHECK-COUNT-2: ingot.transpose
  // CHECK: ingot.return
  %a = ingot.transpose %x perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %dw = ingot.contract "tbi,tbo->io" %a, %dz : tensor<20x?x4xf32>, tensor<20x?x81xf32> -> tensor<4x81xf32>
  %y = ingot.tanh %x : tensor<?x20x4xf32>
  %b = ingot.transpose %y perm [1, 0, 2] : tensor<?x20x4xf32> -> tensor<20x?x4xf32>
  %dv = ingot.contract "tbi,tbo->io" %b, %dy : tensor<20x?x4xf32>, tensor<20x?x8xf32> -> tensor<4x8xf32>
  ingot.return %dw, %dv : tensor<4x81xf32>, tensor<4x8xf32>
}
