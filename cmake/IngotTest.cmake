# Tests. The label of a test is its folder below tests/, so that
# `ctest -L unit/runtime` runs one folder and `ctest -L unit` a tree of them.

find_package(Eigen3 REQUIRED NO_MODULE)
find_package(GTest REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# A test that could not run must show as skipped in ctest's summary, also when it
# is one of many in a binary or a suite.
set(INGOT_SKIPPED [[\[  SKIPPED \]|YOU HAVE [0-9]+ DISABLED|Unsupported *: |Skipped *: ]])

# ingot_label_test(NAME...): the label of the current folder.
function(ingot_label_test)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(TEST ${ARGN} APPEND PROPERTY LABELS ${folder})
endfunction()

# ingot_add_unit_test(NAME SOURCES... [LIBS TARGET...] [ARGS ARG...] [MLIR])
#
# One GoogleTest program and one test of that name. ARGS are given to the program.
# MLIR: its sources include MLIR headers.
function(ingot_add_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "MLIR" "" "LIBS;ARGS")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock GTest::gtest_main ingot_warnings)
  if(arg_MLIR)
    ingot_use_mlir(${name})
  endif()
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "${INGOT_SKIPPED}")
  ingot_label_test(${name})
endfunction()

# ingot_add_lit_suite(DIR): the lit tests in DIR, a folder beside lit.cfg.py.
function(ingot_add_lit_suite dir)
  string(REPLACE "/" "-" name lit-${dir})
  add_test(NAME ${name}
    COMMAND Python3::Interpreter ${LLVM_TOOLS_BINARY_DIR}/lit -sv ${CMAKE_CURRENT_BINARY_DIR}/${dir})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR}/${dir})
  set_tests_properties(${name} PROPERTIES
    LABELS ${folder}
    SKIP_REGULAR_EXPRESSION "${INGOT_SKIPPED}")
endfunction()
