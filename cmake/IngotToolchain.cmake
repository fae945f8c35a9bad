# Warnings, and the fast linker and compiler cache where the machine has them.

add_library(ingot_warnings INTERFACE)
target_compile_options(ingot_warnings INTERFACE -Wall -Wextra)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # A shared precompiled header must not carry its build time, or ccache
  # would never hit.
  target_compile_options(ingot_warnings INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>"
    "$<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-designated-field-initializers>")
else()
  # g++ has no warning of its own for designated initializers.
  target_compile_options(ingot_warnings INTERFACE -Wno-missing-field-initializers)
endif()

# For libraries that are installed: nothing of ours is left in how they are linked.
function(ingot_use_warnings target)
  target_compile_options(${target} PRIVATE $<TARGET_PROPERTY:ingot_warnings,INTERFACE_COMPILE_OPTIONS>)
endfunction()

find_program(INGOT_CCACHE ccache)
if(INGOT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${INGOT_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${INGOT_CCACHE})
endif()

find_program(INGOT_LLD NAMES ld.lld-22 ld.lld)
if(INGOT_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# Compiler and runtime, not MLIR, are instrumented. vptr would want MLIR's
# typeinfo to be instrumented too; `function` looks before the entry points of an
# emitted object, where there is nothing of ours.
set(INGOT_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize=")
if(INGOT_SANITIZE)
  add_compile_options(-fsanitize=${INGOT_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fno-sanitize=function)
  endif()
  add_link_options(-fsanitize=${INGOT_SANITIZE})
endif()
