# Finds MLIR and LLVM 22.1 and offers:
#   ingot_mlir              INTERFACE target: include directories, libMLIR, libLLVM
#   ingot_add_mlir_library  a library of ours that includes MLIR headers

if(NOT DEFINED MLIR_DIR AND IS_DIRECTORY /usr/lib/llvm-22/lib/cmake/mlir)
  set(MLIR_DIR /usr/lib/llvm-22/lib/cmake/mlir CACHE PATH "MLIR's CMake package")
endif()
# "22" alone is refused: MLIR matches major.minor exactly.
find_package(MLIR 22.1 REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
set(MLIR_BINARY_DIR ${CMAKE_BINARY_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# Two shared libraries and nothing else: add_mlir_library and friends would put
# static archives beside them.
add_library(ingot_mlir INTERFACE)
target_include_directories(ingot_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_link_libraries(ingot_mlir INTERFACE MLIR LLVM)

# Parsing headers is four fifths of compiling a file that uses MLIR, so all
# such targets reuse one precompiled header.
if(INGOT_PCH)
  file(WRITE ${CMAKE_BINARY_DIR}/IngotPch.cpp.in "// owns the precompiled header\n")
  configure_file(${CMAKE_BINARY_DIR}/IngotPch.cpp.in ${CMAKE_BINARY_DIR}/IngotPch.cpp COPYONLY)
  add_library(ingot_pch STATIC ${CMAKE_BINARY_DIR}/IngotPch.cpp)
  target_link_libraries(ingot_pch PRIVATE ingot_mlir ingot_warnings)
  target_compile_options(ingot_pch PRIVATE -fPIC)
  target_precompile_headers(ingot_pch PRIVATE
    <mlir/IR/BuiltinOps.h>
    <mlir/IR/PatternMatch.h>
    <mlir/Pass/PassManager.h>
    <mlir/Interfaces/FunctionInterfaces.h>
    <mlir/Dialect/Arith/IR/Arith.h>
    <mlir/Dialect/Bufferization/IR/Bufferization.h>
    <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/Dialect/LLVMIR/LLVMDialect.h>
    <mlir/Dialect/Linalg/IR/Linalg.h>
    <mlir/Dialect/Math/IR/Math.h>
    <mlir/Dialect/MemRef/IR/MemRef.h>
    <mlir/Dialect/SCF/IR/SCF.h>
    <mlir/Dialect/Tensor/IR/Tensor.h>
    <mlir/Dialect/Vector/IR/VectorOps.h>
    <mlir/Transforms/DialectConversion.h>
    <mlir/Transforms/GreedyPatternRewriteDriver.h>)
endif()

# ingot_use_mlir(target): compile `target` against MLIR with the shared header.
function(ingot_use_mlir target)
  target_link_libraries(${target} PUBLIC ingot_mlir PRIVATE ingot_warnings)
  # -fPIC for executables too: clang refuses a precompiled header otherwise.
  target_compile_options(${target} PRIVATE -fPIC)
  if(INGOT_PCH)
    target_precompile_headers(${target} REUSE_FROM ingot_pch)
  endif()
endfunction()

# ingot_add_mlir_library(name SOURCES...)
function(ingot_add_mlir_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/compiler>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/dialect/include>)
  # Generated code has warnings of its own.
  target_include_directories(${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/dialect/include>)
  ingot_use_mlir(${name})
endfunction()

# ingot_add_stage(name FOLDER folder SOURCES...): a stage of the compiler whose
# passes are declared in folder/Passes.td.
function(ingot_add_stage name)
  cmake_parse_arguments(STAGE "" "FOLDER" "SOURCES;LINK" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${CMAKE_CURRENT_SOURCE_DIR}/${STAGE_FOLDER}/Passes.td)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${STAGE_FOLDER})
  mlir_tablegen(${STAGE_FOLDER}/Passes.h.inc -gen-pass-decls -name ${name} EXTRA_INCLUDES ${MLIR_INCLUDE_DIRS})
  mlir_tablegen(${STAGE_FOLDER}/Passes.md -gen-pass-doc EXTRA_INCLUDES ${MLIR_INCLUDE_DIRS})
  add_public_tablegen_target(Ingot${name}PassIncGen)
  list(TRANSFORM STAGE_SOURCES PREPEND ${STAGE_FOLDER}/)
  ingot_add_mlir_library(Ingot${name} ${STAGE_SOURCES})
  add_dependencies(Ingot${name} Ingot${name}PassIncGen)
  target_include_directories(Ingot${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/compiler>)
  target_link_libraries(Ingot${name} PUBLIC IngotDialect ${STAGE_LINK})
endfunction()
