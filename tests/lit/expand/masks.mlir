// RUN: ingot-opt %s --ingot-propagate-masks | FileCheck %s

ingot.variable @k : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @d : tensor<3x3xf32> init {kind = "constant", a = 0.0 : f64}

// A step counts if any feature differs from the value.
// CHECK-LABEL: ingot.entry @masking
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x4x3xf32>
ingot.entry @masking(%x: tensor<?x4x3xf32>, %w: tensor<?xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[VALUE:.*]] = ingot.fill -1.000000e+00 : f32
  // CHECK: %[[DIFFERS:.*]] = ingot.compare "ne" %[[X]], %[[VALUE]] : tensor<?x4x3xf32> -> tensor<?x4x3xi1>
  // CHECK: %[[ONES:.*]] = ingot.select %[[DIFFERS]], %{{.*}}, %{{.*}} : tensor<?x4x3xi1>, tensor<?x4x3xf32>
  // CHECK: %[[ANY:.*]] = ingot.reduce_max %[[ONES]] axes [2]
  // CHECK: %[[M:.*]] = ingot.compare "gt" %[[ANY]], %{{.*}} : tensor<?x4xf32> -> tensor<?x4xi1>
  // CHECK: ingot.masking %[[X]] {mask_value = -1.000000e+00 : f64}
  %0 = ingot.masking %x {mask_value = -1.0 : f64} : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  %1 = ingot.dense %0 units(3) kernel(@d) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  %2 = ingot.activation "tanh" %1 : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[L:.*]] = ingot.loss "mean_squared_error"
  %3 = ingot.loss "mean_squared_error" %2, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4xf32>
  // CHECK: ingot.mean_loss %[[L]] weights %{{.*}} mask %[[M]] : tensor<?x4xf32>, tensor<?xf32>, tensor<?x4xi1> -> tensor<f32>
  %4 = ingot.mean_loss %3 weights %w : tensor<?x4xf32>, tensor<?xf32> -> tensor<f32>
  // CHECK: ingot.metric "mean_absolute_error" %{{.*}}, %[[X]] mask %[[M]]
  %5, %n = ingot.metric "mean_absolute_error" %2, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<f32>
  ingot.accumulate "mae" %5, %n : tensor<f32>
  ingot.return %4 : tensor<f32>
}

// CHECK-LABEL: ingot.entry @embedding
// CHECK-SAME: (%[[I:[^:]*]]: tensor<?x4xi32>)
ingot.entry @embedding(%i: tensor<?x4xi32>) -> tensor<?x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[ZERO:.*]] = ingot.fill 0 : i32
  // CHECK: %[[M:.*]] = ingot.compare "ne" %[[I]], %[[ZERO]] : tensor<?x4xi32> -> tensor<?x4xi1>
  // CHECK: %[[A:.*]] = ingot.embedding
  %0 = ingot.embedding %i table(@table) rows(9) width(3) {mask_zero = true} : tensor<?x4xi32> -> tensor<?x4x3xf32>
  // CHECK: %[[B:.*]] = ingot.embedding
  %1 = ingot.embedding %i table(@table) rows(9) width(3) : tensor<?x4xi32> -> tensor<?x4x3xf32>
  // CHECK: ingot.lstm %[[A]], %[[M]] units(3)
  %2 = ingot.lstm %0 units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
  // CHECK: ingot.lstm %[[B]] units(3)
  %3 = ingot.lstm %1 units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
  %4 = ingot.merge "add" %2, %3 : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return %4 : tensor<?x3xf32>
}
ingot.variable @table : tensor<9x3xf32> init {kind = "constant", a = 0.0 : f64}

// A sequence stays masked, in the order in which it comes out; a last output is not.
// CHECK-LABEL: ingot.entry @recurrent
ingot.entry @recurrent(%x: tensor<?x4x3xf32>, %h: tensor<?x3xf32>, %t: tensor<?x3xf32>, %w: tensor<?xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[M:.*]] = ingot.compare "gt"
  // CHECK: %[[X:.*]] = ingot.masking
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[A:.*]]:3 = ingot.lstm %[[X]], %[[M]] units(3)
  %a, %b, %c = ingot.lstm %0 units(3) kernel(@k) recurrent(@r) {use_bias = false, return_sequences = true, return_state = true} : tensor<?x4x3xf32> -> tensor<?x4x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  // CHECK: %[[TURNED:.*]] = ingot.reverse %[[M]] axis 1
  // CHECK: %[[B:.*]] = ingot.lstm %[[A]]#0, %[[A]]#1, %{{.*}}, %[[M]] units(3)
  %d = ingot.lstm %a, %b, %h units(3) kernel(@k) recurrent(@r) {use_bias = false, go_backwards = true, return_sequences = true} : tensor<?x4x3xf32>, tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x4x3xf32>
  // CHECK: ingot.lstm %[[B]], %[[TURNED]] units(3)
  %e = ingot.lstm %d units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
  %l = ingot.loss "mean_squared_error" %e, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: ingot.mean_loss %{{.*}} weights %{{.*}} : tensor<?xf32>, tensor<?xf32> -> tensor<f32>
  %m = ingot.mean_loss %l weights %w : tensor<?xf32>, tensor<?xf32> -> tensor<f32>
  ingot.return %m : tensor<f32>
}

// Where either counts; with an input that counts as a whole there is no mask.
// CHECK-LABEL: ingot.entry @add
ingot.entry @add(%x: tensor<?x4x3xf32>, %y: tensor<?x1x3xf32>, %w: tensor<?xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[MX:.*]] = ingot.compare "gt" %{{.*}} : tensor<?x4xf32> -> tensor<?x4xi1>
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[MY:.*]] = ingot.compare "gt" %{{.*}} : tensor<?x1xf32> -> tensor<?x1xi1>
  // CHECK: %[[Y:.*]] = ingot.masking %{{.*}} : tensor<?x1x3xf32>
  %1 = ingot.masking %y : tensor<?x1x3xf32> -> tensor<?x1x3xf32>
  // CHECK: %[[N:.*]] = ingot.view_as %[[MY]] : tensor<?x1xi1> -> tensor<?xi1>
  // CHECK: %[[WIDE:.*]] = ingot.broadcast %[[N]] dims [0]{{.*}} : tensor<?xi1> -> tensor<?x4xi1>
  // CHECK: %[[OR:.*]] = ingot.select %[[MX]], %[[MX]], %[[WIDE]] : tensor<?x4xi1>, tensor<?x4xi1>
  // CHECK: ingot.merge "add" %{{.*}}, %[[Y]]
  %2 = ingot.merge "add" %0, %1 : tensor<?x4x3xf32>, tensor<?x1x3xf32> -> tensor<?x4x3xf32>
  %3 = ingot.merge "average" %2, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  %4 = ingot.loss "mean_squared_error" %2, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4xf32>
  // CHECK: ingot.mean_loss %{{.*}} weights %{{.*}} mask %[[OR]]
  %5 = ingot.mean_loss %4 weights %w : tensor<?x4xf32>, tensor<?xf32> -> tensor<f32>
  %6 = ingot.loss "mean_squared_error" %3, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4xf32>
  // CHECK: ingot.mean_loss %{{.*}} weights %{{.*}} : tensor<?x4xf32>, tensor<?xf32> -> tensor<f32>
  %7 = ingot.mean_loss %6 weights %w : tensor<?x4xf32>, tensor<?xf32> -> tensor<f32>
  %8 = ingot.add %5, %7 : tensor<f32>
  ingot.return %8 : tensor<f32>
}

// Factors that do not count are 1, and a product of such is 0.
// CHECK-LABEL: ingot.entry @multiply
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x4x3xf32>, %[[Y:[^:]*]]: tensor<?x4x3xf32>)
ingot.entry @multiply(%x: tensor<?x4x3xf32>, %y: tensor<?x4x3xf32>) -> (tensor<?x4x3xf32>, tensor<?x4x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[MX:.*]] = ingot.compare "gt"
  // CHECK: %[[A:.*]] = ingot.masking %[[X]]
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[MY:.*]] = ingot.compare "gt"
  // CHECK: %[[B:.*]] = ingot.masking %[[Y]]
  %1 = ingot.masking %y : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[OR:.*]] = ingot.select %[[MX]], %[[MX]], %[[MY]]
  // CHECK: %[[FX:.*]] = ingot.broadcast %[[MX]] dims [0, 1]
  // CHECK: %[[A1:.*]] = ingot.select %[[FX]], %[[A]], %{{.*}} : tensor<?x4x3xi1>, tensor<?x4x3xf32>
  // CHECK: %[[B1:.*]] = ingot.select %{{.*}}, %[[B]], %{{.*}}
  // CHECK: %[[AB:.*]] = ingot.merge "multiply" %[[A1]], %[[B1]]
  // CHECK: %[[ZERO:.*]] = ingot.fill 0.0{{.*}} : f32
  // CHECK: %[[FOR:.*]] = ingot.broadcast %[[OR]] dims [0, 1]
  // CHECK: %[[PRODUCT:.*]] = ingot.select %[[FOR]], %[[AB]], %[[ZERO]]
  %2 = ingot.merge "multiply" %0, %1 : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[A1:.*]] = ingot.select %{{.*}}, %[[A]], %{{.*}}
  // CHECK: %[[AY:.*]] = ingot.merge "multiply" %[[A1]], %[[Y]]
  %3 = ingot.merge "multiply" %0, %y : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: ingot.return %[[PRODUCT]], %[[AY]]
  ingot.return %2, %3 : tensor<?x4x3xf32>, tensor<?x4x3xf32>
}

// Of what counts, if anything does.
// CHECK-LABEL: ingot.entry @maximum
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x4x3xf32>, %[[Y:[^:]*]]: tensor<?x4x3xf32>)
ingot.entry @maximum(%x: tensor<?x4x3xf32>, %y: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[A:.*]] = ingot.masking %[[X]]
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[B:.*]] = ingot.masking %[[Y]]
  %1 = ingot.masking %y : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[B1:.*]] = ingot.select %{{.*}}, %[[B]], %[[A]]
  // CHECK: %[[A1:.*]] = ingot.select %{{.*}}, %[[A]], %[[B1]]
  // CHECK: %[[AB:.*]] = ingot.merge "maximum" %[[A1]], %[[B1]]
  // CHECK: %[[AB1:.*]] = ingot.select %{{.*}}, %[[AB]], %[[X]]
  // CHECK: ingot.merge "maximum" %[[AB1]], %[[X]]
  %2 = ingot.merge "maximum" %0, %1, %x : tensor<?x4x3xf32>, tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  ingot.return %2 : tensor<?x4x3xf32>
}

// Steps behind steps: what has no mask counts. Features beside features: a step counts if any of them does.
// CHECK-LABEL: ingot.entry @concatenate
ingot.entry @concatenate(%x: tensor<?x4x3xf32>, %y: tensor<?x2x3xf32>) -> tensor<?x12x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.compare "gt"
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[ALL:.*]] = ingot.fill true batch %{{.*}} : tensor<?x2xi1>
  // CHECK: %[[STEPS:.*]] = ingot.concat %[[M]], %[[ALL]] axis 1
  %1 = ingot.concatenate %0, %y axis 1 : tensor<?x4x3xf32>, tensor<?x2x3xf32> -> tensor<?x6x3xf32>
  // CHECK: %[[TWICE:.*]] = ingot.concat %[[STEPS]], %[[STEPS]] axis 1
  %2 = ingot.concatenate %1, %1 axis -2 : tensor<?x6x3xf32>, tensor<?x6x3xf32> -> tensor<?x12x3xf32>
  // CHECK: %[[OR:.*]] = ingot.select %[[TWICE]], %[[TWICE]], %[[TWICE]]
  %3 = ingot.concatenate %2, %2 axis -1 : tensor<?x12x3xf32>, tensor<?x12x3xf32> -> tensor<?x12x6xf32>
  %4 = ingot.dense %3 units(3) kernel(@d6) {use_bias = false} : tensor<?x12x6xf32> -> tensor<?x12x3xf32>
  // CHECK: ingot.lstm %{{.*}}, %[[OR]] units(3)
  %5 = ingot.lstm %4 units(3) kernel(@k) recurrent(@r) {use_bias = false, return_sequences = true} : tensor<?x12x3xf32> -> tensor<?x12x3xf32>
  ingot.return %5 : tensor<?x12x3xf32>
}
ingot.variable @d6 : tensor<6x3xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @dot
ingot.entry @dot(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> attributes {kind = "predict"} {
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  %1 = ingot.dot %0, %0 axes [1, 1] : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x3x3xf32>
  %2 = ingot.dot %0, %1 axes [2, 1] : tensor<?x4x3xf32>, tensor<?x3x3xf32> -> tensor<?x4x3xf32>
  // CHECK: ingot.lstm %{{[^,]*}} units(3)
  %3 = ingot.lstm %2 units(3) kernel(@k) recurrent(@r) {use_bias = false, return_sequences = true} : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  ingot.return %3 : tensor<?x4x3xf32>
}

// Steps stay masked; what is applied to them sees its slice of a mask that says more.
// CHECK-LABEL: ingot.entry @time
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x5x4x3xf32>
ingot.entry @time(%x: tensor<?x5x4x3xf32>) -> tensor<?x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.compare "gt" %{{.*}} : tensor<?x5x4xf32> -> tensor<?x5x4xi1>
  // CHECK: %[[A:.*]] = ingot.masking %[[X]]
  %0 = ingot.masking %x : tensor<?x5x4x3xf32> -> tensor<?x5x4x3xf32>
  // CHECK: %[[ONES:.*]] = ingot.select %[[M]],
  // CHECK: %[[MOST:.*]] = ingot.reduce_max %[[ONES]] axes [2]
  // CHECK: %[[STEPS:.*]] = ingot.compare "gt" %[[MOST]], %{{.*}} : tensor<?x5xf32> -> tensor<?x5xi1>
  // CHECK: %[[Y:.*]] = ingot.time_distributed %[[A]], %[[M]] : tensor<?x5x4x3xf32>, tensor<?x5x4xi1> -> tensor<?x5x3xf32>
  %1 = ingot.time_distributed %0 : tensor<?x5x4x3xf32> -> tensor<?x5x3xf32> {
  // CHECK-NEXT: ^bb0(%[[STEP:.*]]: tensor<?x4x3xf32>, %[[SLICE:.*]]: tensor<?x4xi1>):
  ^bb0(%step: tensor<?x4x3xf32>):
    // CHECK-NEXT: ingot.lstm %[[STEP]], %[[SLICE]] units(3)
    %2 = ingot.lstm %step units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
    ingot.yield %2 : tensor<?x3xf32>
  }
  // CHECK: %[[Z:.*]] = ingot.time_distributed %[[Y]] : tensor<?x5x3xf32> -> tensor<?x5x3xf32>
  %3 = ingot.time_distributed %1 : tensor<?x5x3xf32> -> tensor<?x5x3xf32> {
  ^bb0(%step: tensor<?x3xf32>):
    %4 = ingot.dense %step units(3) kernel(@d) {use_bias = false} : tensor<?x3xf32> -> tensor<?x3xf32>
    ingot.yield %4 : tensor<?x3xf32>
  }
  // CHECK: ingot.lstm %[[Z]], %[[STEPS]] units(3)
  %5 = ingot.lstm %3 units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x5x3xf32> -> tensor<?x3xf32>
  ingot.return %5 : tensor<?x3xf32>
}
