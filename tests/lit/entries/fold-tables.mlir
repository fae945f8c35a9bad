// What is done to rows that were looked up is done to the whole table, in `prepare`.
// RUN: ingot-opt %s --ingot-build-prepare --split-input-file --remarks-filter=prepare --remark-policy=all --verify-diagnostics | FileCheck %s

ingot.variable @table : tensor<50x24xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @w : tensor<24x20xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<20xf32> init {kind = "constant", a = 0.0 : f64}

// Time before the batch, a bias that repeats twice, an activation, a part of it: all
// of this is row by row.
// CHECK-LABEL: ingot.entry @m.predict(
// CHECK: ingot.contract "tbi,io->tbo"
// CHECK-LABEL: ingot.entry @m.predict_prepared(
// CHECK-SAME: %[[X:.*]]: tensor<?x7xi32> {ingot.role = "input"}
// CHECK-SAME: %[[TABLE:.*]]: tensor<50x8xf32> {ingot.name = "prepared.0", ingot.role = "prepared"}
// CHECK-NEXT: %[[ROWS:.*]] = ingot.gather_rows %[[TABLE]], %[[X]] : tensor<50x8xf32>, tensor<?x7xi32> -> tensor<?x7x8xf32>
// CHECK-NEXT: %[[TURNED:.*]] = ingot.transpose %[[ROWS]] perm [1, 0, 2]
// CHECK-NEXT: ingot.return %[[TURNED]]
// CHECK-LABEL: ingot.entry @m.prepare()
// CHECK-SAME: -> (tensor<50x8xf32> {ingot.name = "prepared.0"})
// CHECK-DAG: %[[T:.*]] = ingot.read @table
// CHECK-DAG: %[[W:.*]] = ingot.read @w
// CHECK: %[[P:.*]] = ingot.contract "ai,io->ao" %[[T]], %[[W]] : tensor<50x24xf32>, tensor<24x20xf32> -> tensor<50x20xf32>
// CHECK: %[[B:.*]] = ingot.broadcast %{{.*}} dims [1] : tensor<20xf32> -> tensor<50x20xf32>
// CHECK: %[[S:.*]] = ingot.add %[[P]], %[[B]]
// CHECK: %[[A:.*]] = ingot.tanh %[[S]]
// CHECK: %[[C:.*]] = ingot.slice %[[A]] axis 1 from 4 size 8
// CHECK: ingot.return %[[C]]
ingot.entry @m.predict(%x: tensor<?x7xi32> {ingot.role = "input"}) -> tensor<7x?x8xf32> attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @w : tensor<24x20xf32>
  %b = ingot.read @b : tensor<20xf32>
  %n = ingot.batch
  %rows = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  %turned = ingot.transpose %rows perm [1, 0, 2] : tensor<?x7x24xf32> -> tensor<7x?x24xf32>
  %product = ingot.contract "tbi,io->tbo" %turned, %w : tensor<7x?x24xf32>, tensor<24x20xf32> -> tensor<7x?x20xf32>
  %once = ingot.broadcast %b dims [1] batch %n : tensor<20xf32> -> tensor<?x20xf32>
  %twice = ingot.broadcast %once dims [1, 2] batch %n : tensor<?x20xf32> -> tensor<7x?x20xf32>
  %sum = ingot.add %product, %twice : tensor<7x?x20xf32>
  %act = ingot.tanh %sum : tensor<7x?x20xf32>
  // expected-remark @below {{Remark="what is done to the rows looked up is done to all 50 rows once, tables of 1600 bytes in place of 4800"}}
  %part = ingot.slice %act axis 2 from 4 size 8 : tensor<7x?x20xf32> -> tensor<7x?x8xf32>
  ingot.return %part : tensor<7x?x8xf32>
}

// -----

// Two lookups in one table, with one weight: one table of products. x * sigmoid(x)
// of a row is of that row.

ingot.variable @table : tensor<50x24xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @w : tensor<24x20xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @shared.predict_prepared(
// CHECK-SAME: tensor<50x20xf32> {ingot.name = "prepared.0", ingot.role = "prepared"}
// CHECK-NOT: prepared.1
// CHECK: ingot.gather_rows
// CHECK-NEXT: ingot.gather_rows
// CHECK-NEXT: ingot.return
ingot.entry @shared.predict(%x: tensor<?x7xi32> {ingot.role = "input"}, %y: tensor<?xi32> {ingot.role = "input"})
    -> (tensor<?x7x20xf32>, tensor<?x20xf32>) attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @w : tensor<24x20xf32>
  %0 = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  %1 = ingot.contract "bti,io->bto" %0, %w : tensor<?x7x24xf32>, tensor<24x20xf32> -> tensor<?x7x20xf32>
  %2 = ingot.sigmoid %1 : tensor<?x7x20xf32>
  // expected-remark @below {{all 50 rows once, tables of 4000 bytes in place of 4800}}
  %3 = ingot.mul %1, %2 : tensor<?x7x20xf32>
  %4 = ingot.gather_rows %table, %y : tensor<50x24xf32>, tensor<?xi32> -> tensor<?x24xf32>
  %5 = ingot.contract "bi,io->bo" %4, %w : tensor<?x24xf32>, tensor<24x20xf32> -> tensor<?x20xf32>
  %6 = ingot.sigmoid %5 : tensor<?x20xf32>
  %7 = ingot.mul %5, %6 : tensor<?x20xf32>
  ingot.return %3, %7 : tensor<?x7x20xf32>, tensor<?x20xf32>
}

// -----

// A table of products that is larger, rows that something else reads too, a sum over
// the positions, and a factor that is not one of weights: all stay.

ingot.variable @table : tensor<50x24xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @grows : tensor<24x25xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @w : tensor<24x20xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @all : tensor<7x24x2xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @grows.predict_prepared(
// CHECK-NOT: prepared.0
// CHECK: ingot.contract "bti,io->bto"
// CHECK-LABEL: ingot.entry @grows.prepare() attributes
// CHECK-NEXT: ingot.return
ingot.entry @grows.predict(%x: tensor<?x7xi32> {ingot.role = "input"}) -> tensor<?x7x25xf32> attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @grows : tensor<24x25xf32>
  %0 = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  // expected-remark @below {{Reason="a table of products would have 5000 bytes, and this one has 4800", Remark="the rows looked up are multiplied in each call"}}
  %1 = ingot.contract "bti,io->bto" %0, %w : tensor<?x7x24xf32>, tensor<24x25xf32> -> tensor<?x7x25xf32>
  ingot.return %1 : tensor<?x7x25xf32>
}

// CHECK-LABEL: ingot.entry @other_use.predict_prepared(
// CHECK: ingot.contract "bti,io->bto"
ingot.entry @other_use.predict(%x: tensor<?x7xi32> {ingot.role = "input"}) -> (tensor<?x7x20xf32>, tensor<?x7x24xf32>)
    attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @w : tensor<24x20xf32>
  // expected-remark @below {{Reason="they are read by more than the product"}}
  %0 = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  %1 = ingot.contract "bti,io->bto" %0, %w : tensor<?x7x24xf32>, tensor<24x20xf32> -> tensor<?x7x20xf32>
  ingot.return %1, %0 : tensor<?x7x20xf32>, tensor<?x7x24xf32>
}

// CHECK-LABEL: ingot.entry @positions.predict_prepared(
// CHECK: ingot.contract "bti,tio->bo"
ingot.entry @positions.predict(%x: tensor<?x7xi32> {ingot.role = "input"}) -> tensor<?x2xf32> attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @all : tensor<7x24x2xf32>
  %0 = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  %1 = ingot.contract "bti,tio->bo" %0, %w : tensor<?x7x24xf32>, tensor<7x24x2xf32> -> tensor<?x2xf32>
  ingot.return %1 : tensor<?x2xf32>
}

// CHECK-LABEL: ingot.entry @other_factor.predict_prepared(
// CHECK: ingot.mul
// CHECK: ingot.contract
ingot.entry @other_factor.predict(%x: tensor<?x7xi32> {ingot.role = "input"}, %f: tensor<?x7x24xf32> {ingot.role = "input"})
    -> tensor<?x7x20xf32> attributes {kind = "predict"} {
  %table = ingot.read @table : tensor<50x24xf32>
  %w = ingot.read @w : tensor<24x20xf32>
  %0 = ingot.gather_rows %table, %x : tensor<50x24xf32>, tensor<?x7xi32> -> tensor<?x7x24xf32>
  %1 = ingot.mul %0, %f : tensor<?x7x24xf32>
  %2 = ingot.contract "bti,io->bto" %1, %w : tensor<?x7x24xf32>, tensor<24x20xf32> -> tensor<?x7x20xf32>
  ingot.return %2 : tensor<?x7x20xf32>
}
