// RUN: ingot-opt %s --ingot-debug-scopes --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: sed 's/ingot.prefix/ingot.debug = "none", ingot.prefix/' %s | ingot-opt --ingot-debug-scopes --mlir-print-debuginfo | FileCheck %s --check-prefix=NONE
// RUN: sed 's/ingot.prefix/ingot.debug = "full", ingot.prefix/' %s | ingot-opt --ingot-debug-scopes --mlir-print-debuginfo | FileCheck %s --check-prefix=FULL

// NONE-NOT: di_subprogram
// FULL: emissionKind = Full
// FULL: passthrough = {{.*}}["disable-tail-calls", "true"], "nooutline"]

#model = loc("toy"("src/m.cpp":9:1))
#dense = loc("dense"("src/m.cpp":3:1))
#forward = loc(fused<{ingot.span = "dense [forward]"}>[#dense])
#backward = loc(fused<{ingot.span = "dense [backward]"}>[#dense])

module @toy attributes {ingot.prefix = "toy"} {
  // What layers do is inlined. Nothing is of the machine that compiles: names are the recorder's.
  // CHECK: llvm.func @toy_step
  // CHECK: llvm.call @shared
  // CHECK-SAME: loc(callsite(fused<#llvm.di_subprogram<
  // CHECK-SAME: sourceLanguage = DW_LANG_C99, file = <"src/m.cpp" in ".">, producer = "Ingot", isOptimized = true, emissionKind = LineTablesOnly
  // CHECK-SAME: name = "dense [forward]", file = <"src/m.cpp" in ".">, line = 3, {{.*}}["dense"("src/m.cpp":3:1)] at fused<{{.*}}name = "toy_step", linkageName = "toy_step", {{.*}} line = 9, {{.*}}["src/m.cpp":9:1]))
  llvm.func @toy_step(%p: !llvm.ptr) {
    llvm.call @shared(%p) : (!llvm.ptr) -> () loc(#forward)
    // CHECK: llvm.call @shared
    // CHECK-SAME: name = "dense [backward]", {{.*}}["dense"("src/m.cpp":3:1)] at fused<
    llvm.call @shared(%p) : (!llvm.ptr) -> () loc(#backward)
    llvm.call @own(%p) : (!llvm.ptr) -> () loc(#forward)
    // What has no place is at the function's.
    // CHECK: llvm.return loc(fused<{{.*}}name = "toy_step",{{.*}}["src/m.cpp":9:1])
    llvm.return loc(unknown)
  } loc(#model)

  // Called for several spans, a kernel is code of its own.
  // CHECK: llvm.func @shared
  // CHECK: llvm.load {{.*}} loc(fused<{{.*}}name = "shared", linkageName = "shared", file = <"toy.kernels" in ".">, line = 1, {{.*}}["toy.kernels":1:1])
  llvm.func @shared(%p: !llvm.ptr) {
    %x = llvm.load %p : !llvm.ptr -> f32 loc(#dense)
    llvm.store %x, %p : f32, !llvm.ptr loc(#dense)
    llvm.call @rest(%p) : (!llvm.ptr) -> () loc(#dense)
    llvm.return loc(#dense)
  } loc(#dense)

  // So is what such a kernel calls, though that is one call.
  // CHECK: llvm.func @rest
  // CHECK: llvm.load {{.*}} loc(fused<{{.*}}name = "rest", linkageName = "rest", file = <"toy.kernels" in ".">, line = 2, {{.*}}["toy.kernels":2:1])
  llvm.func @rest(%p: !llvm.ptr) {
    %x = llvm.load %p : !llvm.ptr -> f32 loc(#dense)
    llvm.store %x, %p : f32, !llvm.ptr loc(#dense)
    llvm.return loc(#dense)
  } loc(#dense)

  // Called for one, it is code of that.
  // CHECK: llvm.func @own
  // CHECK: llvm.load {{.*}} loc(callsite(fused<{{.*}}name = "dense [forward]",{{.*}}["dense"("src/m.cpp":3:1)] at fused<{{.*}}name = "own",{{.*}}["src/m.cpp":3:1]))
  llvm.func @own(%p: !llvm.ptr) {
    %x = llvm.load %p : !llvm.ptr -> f32 loc(#dense)
    llvm.store %x, %p : f32, !llvm.ptr loc(#dense)
    llvm.return loc(#dense)
  } loc(#dense)
} loc(#model)
