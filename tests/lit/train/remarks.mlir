// What is told of tables, frozen weights, recurrences and losses, at the layer's line.
// RUN: ingotc %s --emit=train --remarks -o %t 2>&1 | FileCheck %s
// RUN: sed 's/"SGD"/"Adam"/' %s > %t.mlir && ingotc %t.mlir --emit=train --remarks -o %t 2>&1 | FileCheck %s --check-prefix=ADAM

// CHECK-DAG: p.py:1:1: remark: done, `words`: of `words.embeddings` the rows that a batch looks up are updated, not all 50 [optimizer/rows: train_step]
// ADAM-DAG:  p.py:1:1: remark: missed, `words`: all 50 rows of `words.embeddings` are updated in each step: Adam moves a row also in steps without a gradient [optimizer/rows: {{.*}}train_step{{.*}}]
// CHECK-DAG: p.py:2:1: remark: done, `lstm`: one product over all 6 steps, before them [recurrence/hoist: {{.*}}predict
// CHECK-DAG: p.py:2:1: remark: missed, `lstm`: a product in each of 6 steps: it needs what the step before has made [recurrence/hoist:
// CHECK-DAG: p.py:2:1: remark: done, `lstm`: one product over all 6 steps, behind them [recurrence/sink: train_step, gradients]
// CHECK-DAG: p.py:3:1: remark: done, `y`: no gradient of `y.kernel` is computed: it is frozen [gradient/frozen: train_step, gradients]
// CHECK-DAG: p.py:3:1: remark: done, `y`: `sparse_categorical_crossentropy` is computed from what `softmax` gets, which is exact [loss/fuse:
// CHECK-DAG: p.py:2:1: remark: done, `lstm`: the right side is packed once, before the loop that uses it in every step [contraction/pack-once:

module @m {
  ingot.variable @words.embeddings : tensor<50x4xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64} loc("words"("p.py":1:1))
  ingot.variable @lstm.kernel : tensor<4x12xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64} loc("lstm"("p.py":2:1))
  ingot.variable @lstm.recurrent_kernel : tensor<3x12xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64} loc("lstm"("p.py":2:1))
  ingot.variable @lstm.bias : tensor<12xf32> init {kind = "constant", a = 0.0 : f64} loc("lstm"("p.py":2:1))
  ingot.variable @y.kernel frozen : tensor<3x2xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64} loc("y"("p.py":3:1))
  ingot.model @m(%x: tensor<?x6xi32> {ingot.name = "x"}) -> (tensor<?x2xf32> {ingot.name = "y"}) {
    %0 = ingot.embedding %x table(@words.embeddings) rows(50) width(4) : tensor<?x6xi32> -> tensor<?x6x4xf32> loc("words"("p.py":1:1))
    %1 = ingot.lstm %0 units(3) kernel(@lstm.kernel) recurrent(@lstm.recurrent_kernel) bias(@lstm.bias) : tensor<?x6x4xf32> -> tensor<?x3xf32> loc("lstm"("p.py":2:1))
    %2 = ingot.dense %1 units(2) act("softmax") kernel(@y.kernel) {use_bias = false} : tensor<?x3xf32> -> tensor<?x2xf32> loc("y"("p.py":3:1))
    ingot.return %2 : tensor<?x2xf32>
  }
  ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64, beta_1 = 0.9 : f64, beta_2 = 0.9 : f64, epsilon = 1.0e-7 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>}]
}
