# GCC for Cortex-M without an operating system: Debian's gcc-arm-none-eabi, or Arm's.
# -D CPU=cortex-m7 or another name of `ingotc --print-targets`.
set(CPU cortex-m7 CACHE STRING "cortex-m3, cortex-m4 or cortex-m7")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CPU)

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR ${CPU})
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
# There is no C library to link a test program with.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

if(CPU STREQUAL "cortex-m4")
  set(flags "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
elseif(CPU STREQUAL "cortex-m7")
  set(flags "-mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard")
else()
  set(flags "-mcpu=${CPU} -mfloat-abi=soft")
endif()
foreach(language C CXX ASM)
  set(CMAKE_${language}_FLAGS_INIT "-mthumb ${flags}")
endforeach()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
