# ingot_add_model(): the network that a file records, as a library. docs/cmake.md
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/IngotRecorder.cmake)

# Artefacts that have a keyword, with how the compiler's file names end.
set_property(GLOBAL PROPERTY INGOT_ARTEFACT_SUFFIXES
  SUMMARY .summary.txt
  DOT .dot
  REPORT .report.txt
  REPORT_JSON .report.json
  HTML .html
  INGOT .ingot.mlir
  TRAIN .train.mlir
  LINALG .linalg.mlir
  BUFFERIZED .bufferized.mlir
  LLVM .llvm.mlir
  LLVM_IR .ll
  ASM .s)

# ingot_add_model(NAME SOURCE FILE [PREFIX P] [MAX_BATCH N | ENTRY:N...] [ENTRIES ENTRY...]
#                 [TARGET host|cmake|NAME|TRIPLE] [NUMERICS native|portable]
#                 [FORM object|c] [OPTIMIZE_FOR speed|size|ram...] [THREADS N] [INSTRUMENT layers]
#                 [WEIGHTS FILE]
#                 [WEIGHTS_TYPE f32|f16] [MAX_RAM BYTES]
#                 [MAX_FLASH BYTES] [OPTIONS FLAG...]
#                 [HEADER PATH] [SUMMARY PATH] [DOT PATH] [REPORT PATH]
#                 [REPORT_JSON PATH] [HTML PATH] [INGOT PATH]
#                 [TRAIN PATH] [LINALG PATH] [BUFFERIZED PATH] [LLVM PATH]
#                 [LLVM_IR PATH] [ASM PATH])
#
#   NAME           a library: the object file, or the C file compiled by the project's
#                  compiler, and the directory of its header
#   NAME_recorder  the program built from FILE, which compiles the model
#
# Properties of NAME: INGOT_PREFIX, INGOT_TARGET, INGOT_RECORDER, INGOT_OBJECT,
# INGOT_HEADER, and INGOT_<KEYWORD> for each artefact that was named.
function(ingot_add_model name)
  get_property(suffixes GLOBAL PROPERTY INGOT_ARTEFACT_SUFFIXES)
  set(artefacts)
  while(suffixes)
    list(POP_FRONT suffixes keyword suffix)
    list(APPEND artefacts ${keyword})
    set(suffix_${keyword} ${suffix})
  endwhile()
  cmake_parse_arguments(PARSE_ARGV 1 arg ""
    "SOURCE;PREFIX;TARGET;NUMERICS;FORM;THREADS;INSTRUMENT;WEIGHTS;WEIGHTS_TYPE;MAX_RAM;MAX_FLASH;HEADER;${artefacts}" "MAX_BATCH;ENTRIES;OPTIMIZE_FOR;OPTIONS")
  ingot_check_arguments()

  # One run writes all; what has a path of its own is then moved there.
  set(folder ${CMAKE_CURRENT_BINARY_DIR})
  set(object ${folder}/${arg_PREFIX}.o)
  set(kind OBJECT)
  set(emit obj,header)
  if(arg_FORM STREQUAL "c")
    set(object ${folder}/${arg_PREFIX}.c)
    set(kind C)
    set(emit c,header)
  endif()
  set(header ${folder}/${arg_PREFIX}.h)
  set(outputs ${object})
  set(moves)
  set(properties INGOT_PREFIX ${arg_PREFIX} INGOT_TARGET ${target} INGOT_${kind} ${object})
  foreach(keyword HEADER ${artefacts})
    if(DEFINED arg_${keyword})
      cmake_path(ABSOLUTE_PATH arg_${keyword} BASE_DIRECTORY ${folder} NORMALIZE OUTPUT_VARIABLE path)
    elseif(keyword STREQUAL "HEADER")
      set(path ${header})
    else()
      continue()
    endif()
    if(keyword STREQUAL "HEADER")
      set(written ${header})
      set(header ${path})
    else()
      set(written ${folder}/${arg_PREFIX}${suffix_${keyword}})
      string(TOLOWER ${keyword} artefact)
      string(REPLACE "_" "-" artefact ${artefact})
      string(APPEND emit ",${artefact}")
    endif()
    if(NOT path STREQUAL written)
      cmake_path(GET path PARENT_PATH parent)
      list(APPEND moves COMMAND ${CMAKE_COMMAND} -E make_directory ${parent}
        COMMAND ${CMAKE_COMMAND} -E rename ${written} ${path})
    endif()
    list(APPEND outputs ${path})
    list(APPEND properties INGOT_${keyword} ${path})
  endforeach()

  ingot_add_recorder(${name} ${arg_SOURCE} recorder program)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${recorder} --emit=${emit} -o ${folder} ${flags} ${arg_OPTIONS}
    ${moves}
    DEPENDS ${recorder} ${arg_WEIGHTS}
    COMMENT "Compiling model ${name}"
    VERBATIM)

  add_library(${name} STATIC ${outputs})
  set_source_files_properties(${outputs} PROPERTIES HEADER_FILE_ONLY ON)
  set_source_files_properties(${object} PROPERTIES HEADER_FILE_ONLY OFF)
  if(kind STREQUAL "OBJECT")
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON)
  endif()
  cmake_path(GET header PARENT_PATH include)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C INGOT_RECORDER ${program} ${properties})
  target_include_directories(${name} PUBLIC ${include})
  target_link_libraries(${name} PUBLIC Ingot::core)
  # Square roots are instructions then, in loops too.
  target_compile_options(${name} PRIVATE $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-fno-math-errno>)
endfunction()

# Refuses what cannot be meant; sets `target`, the `flags` of the recorder, and
# makes paths absolute.
macro(ingot_check_arguments)
  set(who "ingot_add_model(${name})")
  if(arg_UNPARSED_ARGUMENTS)
    list(GET arg_UNPARSED_ARGUMENTS 0 first)
    message(FATAL_ERROR "${who}: unknown argument `${first}`")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    list(GET arg_KEYWORDS_MISSING_VALUES 0 first)
    message(FATAL_ERROR "${who}: ${first} has no value")
  endif()
  if(NOT TARGET Ingot::compiler)
    message(FATAL_ERROR "${who}: there is no Ingot compiler for this machine; set Ingot_HOST_DIR to a build or install of Ingot")
  endif()

  if(NOT DEFINED arg_SOURCE)
    message(FATAL_ERROR "${who}: SOURCE is missing; name the file that records the model")
  endif()
  cmake_path(ABSOLUTE_PATH arg_SOURCE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  ingot_check_file(SOURCE)

  if(NOT DEFINED arg_PREFIX)
    string(MAKE_C_IDENTIFIER ${name} arg_PREFIX)
  endif()
  string(MAKE_C_IDENTIFIER "${arg_PREFIX}" identifier)
  if(NOT arg_PREFIX STREQUAL identifier)
    message(FATAL_ERROR "${who}: PREFIX `${arg_PREFIX}` cannot begin names in C; `${identifier}` can")
  endif()
  # Elsewhere another model may have it: it is another's program, or a variant.
  get_property(other DIRECTORY PROPERTY INGOT_MODEL_OF_${arg_PREFIX})
  if(other)
    message(FATAL_ERROR "${who}: PREFIX is `${arg_PREFIX}`, as of `${other}`; both would write ${arg_PREFIX}.o here")
  endif()
  set_property(DIRECTORY PROPERTY INGOT_MODEL_OF_${arg_PREFIX} ${name})

  ingot_check_choice(NUMERICS native portable)
  ingot_check_choice(FORM object c)
  if(arg_FORM STREQUAL "c")
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    if(NOT "C" IN_LIST languages)
      message(FATAL_ERROR "${who}: FORM is `c`, and this project has no C compiler; add C to the languages of project()")
    endif()
  endif()
  ingot_check_choice(OPTIMIZE_FOR speed size ram)
  ingot_check_choice(WEIGHTS_TYPE f32 f16)
  ingot_check_choice(INSTRUMENT layers)
  ingot_find_target(target "${arg_TARGET}" "${who}")
  set(flags --prefix=${arg_PREFIX} --target=${target} ${target_flags})
  foreach(keyword MAX_BATCH NUMERICS ENTRIES OPTIMIZE_FOR THREADS INSTRUMENT WEIGHTS_TYPE MAX_RAM MAX_FLASH)
    if(DEFINED arg_${keyword})
      list(JOIN arg_${keyword} "," value)
      string(TOLOWER ${keyword} flag)
      string(REPLACE "_" "-" flag ${flag})
      list(APPEND flags --${flag}=${value})
    endif()
  endforeach()
  if(DEFINED arg_WEIGHTS)
    cmake_path(ABSOLUTE_PATH arg_WEIGHTS BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    ingot_check_file(WEIGHTS)
    list(APPEND flags --weights=${arg_WEIGHTS})
  endif()
endmacro()

macro(ingot_check_file keyword)
  get_source_file_property(generated ${arg_${keyword}} GENERATED)
  if(NOT generated AND NOT EXISTS ${arg_${keyword}})
    message(FATAL_ERROR "${who}: ${keyword} `${arg_${keyword}}` does not exist")
  endif()
endmacro()

macro(ingot_check_choice keyword)
  set(choices ${ARGN})
  foreach(choice IN LISTS arg_${keyword})
    if(NOT choice IN_LIST choices)
      list(JOIN choices "` or `" choices)
      message(FATAL_ERROR "${who}: ${keyword} is `${choice}`; must be `${choices}`")
    endif()
  endforeach()
endmacro()

# ingot_find_target(RESULT TARGET WHO): what `--target` gets for `host`, for `cmake`, or
# for a name or triple; of nothing: for `cmake`, if that is another machine than the host.
# RESULT_flags are those that the toolchain file adds.
function(ingot_find_target result target who)
  if(NOT target)
    set(target host)
    if(CMAKE_CROSSCOMPILING)
      set(target cmake)
    endif()
  endif()
  set(flags)
  if(target STREQUAL "host")
    ingot_triple_of(target ${CMAKE_HOST_SYSTEM_PROCESSOR} ${CMAKE_HOST_SYSTEM_NAME})
  elseif(target STREQUAL "cmake")
    ingot_find_cmake_target(target flags "${who}")
  endif()
  set(${result} ${target} PARENT_SCOPE)
  set(${result}_flags ${flags} PARENT_SCOPE)
endfunction()

function(ingot_triple_of result processor system)
  string(REGEX REPLACE "^(arm64|ARM64)$" "aarch64" processor "${processor}")
  string(REGEX REPLACE "^(amd64|AMD64)$" "x86_64" processor "${processor}")
  set(${result} ${processor}-unknown-none-elf PARENT_SCOPE)
  if(system STREQUAL "Linux")
    set(${result} ${processor}-unknown-linux-gnu PARENT_SCOPE)
  endif()
endfunction()

# What the toolchain file says of the machine. Of a microcontroller the processor decides,
# and it is in the flags of the C compiler, or CMAKE_SYSTEM_PROCESSOR is a name that
# `--target` knows.
function(ingot_find_cmake_target result result_flags who)
  set(processor "${CMAKE_SYSTEM_PROCESSOR}")
  set(compiler_flags "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}")
  set(flags)
  if(compiler_flags MATCHES "-mfloat-abi=([a-z]+)")
    list(APPEND flags --float-abi=${CMAKE_MATCH_1})
  endif()
  if(processor MATCHES "^(cortex-m[0-9]|rv(32|64)i|rv64gc|wasm32)")
    set(target ${processor})
  elseif(compiler_flags MATCHES "-mcpu=(cortex-m[^ +]*)")
    set(target arm-none-eabi)
    list(APPEND flags --mcpu=${CMAKE_MATCH_1})
  elseif(CMAKE_CXX_COMPILER_TARGET)
    set(target ${CMAKE_CXX_COMPILER_TARGET})
  elseif(CMAKE_C_COMPILER_TARGET)
    set(target ${CMAKE_C_COMPILER_TARGET})
  else()
    ingot_triple_of(target "${processor}" "${CMAKE_SYSTEM_NAME}")
  endif()
  if(target MATCHES "^(arm|thumb|riscv32)" AND NOT flags MATCHES "--mcpu=")
    message(FATAL_ERROR "${who}: the toolchain file says `${target}`, which many processors are; "
      "TARGET must say which, as `cortex-m7` or `rv32imc` (`ingotc --print-targets`)")
  endif()
  set(${result} ${target} PARENT_SCOPE)
  set(${result_flags} ${flags} PARENT_SCOPE)
endfunction()
