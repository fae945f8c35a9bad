# ingot_add_model(NAME SOURCE FILE [MAX_BATCH N] [PREFIX P] [NUMERICS native|portable]
#                 [ENTRIES ENTRY...] [EMIT ARTEFACT...] [OPTIONS FLAG...])
#
# Compiles the model that FILE records (see <ingot/ingot.h>) and makes
#   NAME           a library: the object file, the directory of its header
#   NAME_recorder  the program built from FILE, which writes the artefacts
#
# PREFIX starts every symbol and file name, NAME where it is not given. EMIT names
# artefacts that are wanted besides object and header (`summary`, `train`, ...);
# OPTIONS are further flags of the recorder. All artefacts are written to the
# current binary directory, and again whenever the recorder changes. A mistake in
# the model fails the build with FILE's line.
#
# Properties of NAME: INGOT_OBJECT, INGOT_HEADER (paths), INGOT_PREFIX.
function(ingot_add_model name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;MAX_BATCH;PREFIX;NUMERICS" "ENTRIES;EMIT;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ingot_add_model(${name}): unknown argument `${arg_UNPARSED_ARGUMENTS}`")
  endif()
  if(NOT arg_SOURCE)
    message(FATAL_ERROR "ingot_add_model(${name}): SOURCE is missing; name the file that records the model")
  endif()
  if(NOT arg_PREFIX)
    string(MAKE_C_IDENTIFIER ${name} arg_PREFIX)
  endif()

  set(flags --prefix=${arg_PREFIX})
  if(arg_MAX_BATCH)
    list(APPEND flags --max-batch=${arg_MAX_BATCH})
  endif()
  if(arg_NUMERICS)
    list(APPEND flags --numerics=${arg_NUMERICS})
  endif()
  if(arg_ENTRIES)
    list(JOIN arg_ENTRIES "," entries)
    list(APPEND flags --entries=${entries})
  endif()
  list(PREPEND arg_EMIT obj header)
  list(JOIN arg_EMIT "," emit)

  add_executable(${name}_recorder ${arg_SOURCE})
  target_link_libraries(${name}_recorder PRIVATE IngotRecorder)
  target_compile_features(${name}_recorder PRIVATE cxx_std_20)
  # The recorder's own file and line go into diagnostics and line tables. Taken
  # from the top of the project they mean the same in every checkout, so the
  # artefacts are the same bytes there.
  target_compile_options(${name}_recorder PRIVATE
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)

  set(object ${CMAKE_CURRENT_BINARY_DIR}/${arg_PREFIX}.o)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${arg_PREFIX}.h)
  add_custom_command(
    OUTPUT ${object} ${header}
    COMMAND ${name}_recorder --emit=${emit} -o ${CMAKE_CURRENT_BINARY_DIR} ${flags} ${arg_OPTIONS}
    DEPENDS ${name}_recorder
    COMMENT "Compiling model ${name}"
    VERBATIM)

  add_library(${name} STATIC ${object} ${header})
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON)
  set_target_properties(${name} PROPERTIES
    LINKER_LANGUAGE C
    INGOT_OBJECT ${object}
    INGOT_HEADER ${header}
    INGOT_PREFIX ${arg_PREFIX})
  target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(${name} INTERFACE IngotCore)
endfunction()
