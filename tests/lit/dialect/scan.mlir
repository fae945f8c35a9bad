// RUN: ingot-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: ingot.model @running
// CHECK: ingot.scan 20 inits(%{{.*}} : tensor<?x8xf32>) xs(%{{.*}} : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>)
// CHECK: ingot.yield %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<?x8xf32>
// CHECK: ingot.scan 20 reverse xs(
ingot.model @running(%h0: tensor<?x8xf32>, %x: tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  %h, %hs = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>)
      -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %sum = ingot.add %before, %step : tensor<?x8xf32>
    ingot.yield %sum, %sum : tensor<?x8xf32>, tensor<?x8xf32>
  }
  %back = ingot.scan 20 reverse xs(%hs : tensor<20x?x8xf32>) -> (tensor<20x?x8xf32>) {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return %h, %back : tensor<?x8xf32>, tensor<20x?x8xf32>
}

// -----

ingot.model @length(%x: tensor<19x?x8xf32>) {
  // scan_c1
  // expected-error @+1 {{takes slices of 'tensor<19x?x8xf32>' but has 20 steps}}
  %y = ingot.scan 20 xs(%x : tensor<19x?x8xf32>) -> (tensor<20x?x8xf32>) {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return
}

// -----

ingot.model @arguments(%x: tensor<20x?x8xf32>) {
  // scan_c2
  // expected-error @+1 {{has a body with arguments ('tensor<?x4xf32>'), must be ('tensor<?x8xf32>')}}
  %y = ingot.scan 20 xs(%x : tensor<20x?x8xf32>) -> (tensor<20x?x4xf32>) {
  ^bb0(%step: tensor<?x4xf32>):
    ingot.yield %step : tensor<?x4xf32>
  }
  ingot.return
}

// -----

ingot.model @results(%x: tensor<20x?x8xf32>) {
  %y = ingot.scan 20 xs(%x : tensor<20x?x8xf32>) -> (tensor<20x?x4xf32>) {
  ^bb0(%step: tensor<?x8xf32>):
    // scan_c3
    // expected-error @+1 {{value 0 is 'tensor<?x8xf32>' but result 0 is 'tensor<20x?x4xf32>'}}
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return
}
