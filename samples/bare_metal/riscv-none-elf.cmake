# GCC for RISC-V without an operating system: Debian's gcc-riscv64-unknown-elf compiles for 32 bits, too.
# -D CPU=rv32imafc or another name of `ingotc --print-targets`.
set(CPU rv32imafc CACHE STRING "rv32imafc or rv32imc")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CPU)

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR ${CPU})
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
# There is no C library to link a test program with.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

if(CPU STREQUAL "rv32imafc")
  set(abi ilp32f)
else()
  set(abi ilp32)
endif()
foreach(language C CXX ASM)
  set(CMAKE_${language}_FLAGS_INIT "-march=${CPU} -mabi=${abi}")
endforeach()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
